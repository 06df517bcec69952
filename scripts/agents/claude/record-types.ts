/** Records that hold the conversation, or stand in its chain. */
const IN_CHAIN: ReadonlySet<unknown> = new Set(["user", "assistant", "system", "attachment", "progress"]);

/** Records that hold a title. */
const TITLES: ReadonlySet<unknown> = new Set(["custom-title", "ai-title", "summary"]);

/** The client's own bookkeeping (2.1.197 and older ones): nothing that was said or done. */
const BOOKKEEPING: ReadonlySet<unknown> = new Set([
  "agent-color",
  "agent-name",
  "agent-setting",
  "attribution-snapshot",
  "content-replacement",
  "file-history-delta",
  "file-history-snapshot",
  "last-prompt",
  "mode",
  "permission-mode",
  "pr-link",
  "queue-operation",
  "tag",
  "task-summary",
  "worktree-state",
]);

export function isKnownType(type: unknown): boolean {
  return IN_CHAIN.has(type) || TITLES.has(type) || BOOKKEEPING.has(type);
}

/** What a person or the model said: without one of these there is no conversation. */
export function isSpoken({ type }: { type?: unknown }): boolean {
  return type === "user" || type === "assistant";
}
