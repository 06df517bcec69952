import { wordOf } from "../../base/json.ts";

/** Kinds of lines (0.169.0 and older ones). */
const RECORDS: ReadonlySet<unknown> = new Set([
  "session_meta",
  "response_item",
  "event_msg",
  "turn_context",
  "compacted",
  "world_state",
  "token_usage_record",
  "session_state",
  "inter_agent_communication",
  "inter_agent_communication_metadata",
]);

/** Items of the model's context, which the first clients wrote without a line's frame around them. */
const ITEMS: ReadonlySet<unknown> = new Set([
  "message",
  "agent_message",
  "reasoning",
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "local_shell_call",
  "local_shell_call_output",
  "web_search_call",
  "image_generation_call",
  "tool_search_call",
  "tool_search_output",
  "ghost_snapshot",
  "compaction",
  "compaction_summary",
  "compaction_trigger",
  "context_compaction",
  "additional_tools",
  "other",
]);

/** Events: a few that say something about the conversation, and families of those that only drive the screen. */
const EVENTS = familyOf(
  "user_message",
  "agent_message",
  "agent_reasoning.*",
  "item_.*",
  "task_.*",
  "turn_.*",
  "thread_.*",
  "token_count",
  "context_compacted",
  "error",
  "warning",
  "stream_error",
  ".*_(?:begin|end|updated?|delta|started|completed|response|request)",
  "session_configured",
  "background_event",
  "(?:entered|exited)_review_mode",
  "shutdown_complete",
  "undo_.*",
  "plan_.*",
  "sub_agent_activity",
  "web_search_.*",
  "view_image_.*",
  "collab_.*",
  "deprecation_notice",
  "model_reroute",
  "guardian_.*",
  "mcp_.*",
  "hook_.*",
  "image_generation_.*",
);

function familyOf(...patterns: string[]): RegExp {
  return new RegExp(`^(?:${patterns.join("|")})$`);
}

export function isKnownRecord(record: { type?: unknown; record_type?: unknown }): boolean {
  return RECORDS.has(record.type) || isBareItem(record) || record.record_type === "state";
}

export function isBareItem(record: { type?: unknown; payload?: unknown }): boolean {
  return record.payload === undefined && ITEMS.has(record.type);
}

/** Calls and outputs of tools that newer clients have are known by their form. */
export function isKnownItem(type: unknown): boolean {
  return ITEMS.has(type) || /_(?:call|call_output|output)$/.test(wordOf(type));
}

export function isKnownEvent(type: unknown): boolean {
  return EVENTS.test(wordOf(type));
}
