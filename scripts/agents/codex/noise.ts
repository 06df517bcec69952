/** A piece of a message of the `user` role: what the person typed, or what the client put there. */
export interface Piece {
  text: string;
  injected: boolean;
}

// Tags that texts begin with which the client adds as the user (0.169.0 and older ones).
const TAGS = [
  "environment_context",
  "permissions",
  "user_instructions",
  "INSTRUCTIONS",
  "skills_instructions",
  "apps_instructions",
  "plugins_instructions",
  "collaboration_mode",
  "turn_aborted",
  "subagent_notification",
  "user_shell_command",
  "model_switch",
  "hook_context",
  "session_context",
  "skill",
  "tools",
  "image",
] as const;
const ADDED = new RegExp(`^\\s*(?:<(?:${TAGS.join("|")})\\b|</image>|# AGENTS\\.md instructions)`);
const EDITOR_CONTEXT = "# Context from my IDE setup";
const EDITOR_REQUEST = /^## My request for Codex:[ \t]*\r?\n?/m;

/**
 * Tells what the person typed in one text from what the client put there. `kind` is what newer clients note about
 * the text, such as `user.text` or `environments.environment_context`; null when there is none.
 */
export function tellApart(text: string, kind: string | null): Piece[] {
  if (text.trim() === "") return [];
  if (kind !== null && kind !== "unknown" && !kind.startsWith("user")) return [{ text, injected: true }];
  if (text.startsWith(EDITOR_CONTEXT)) return withoutEditorContext(text);
  const injected = kind?.startsWith("user") !== true && ADDED.test(text);
  return [{ text, injected }];
}

// An editor writes which files are open above what the person typed into it.
function withoutEditorContext(text: string): Piece[] {
  const request = EDITOR_REQUEST.exec(text);
  if (request === null) return [{ text, injected: true }];
  const typed = text.slice(request.index + request[0].length);
  const context = { text: text.slice(0, request.index).trimEnd(), injected: true };
  return typed.trim() === "" ? [context] : [context, { text: typed, injected: false }];
}
