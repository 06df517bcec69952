/** Kinds of events that tell nothing about the conversation, by the first part of their name (1.0.102 and older). */
const SILENT_FAMILIES = new Set([
  "agent",
  "auto_mode_switch",
  "capabilities",
  "command",
  "commands",
  "elicitation",
  "exit_plan_mode",
  "external_tool",
  "hook",
  "human_response",
  "mcp",
  "mcp_app",
  "model",
  "pending_messages",
  "permission",
  "prompt_cache_break",
  "sampling",
  "sandbox",
  "session",
  "session_limits_exhausted",
  "skill",
  "subagent",
  "tool_search",
  "ui",
  "user_input",
  "workflow",
]);

/** Events of the conversation itself, read or passed over on purpose: what is streamed comes once more as a whole. */
const KNOWN = new Set([
  "abort",
  "assistant.idle",
  "assistant.intent",
  "assistant.message",
  "assistant.message_delta",
  "assistant.message_start",
  "assistant.reasoning",
  "assistant.reasoning_delta",
  "assistant.server_tool_progress",
  "assistant.streaming_delta",
  "assistant.tool_call_delta",
  "assistant.turn_end",
  "assistant.turn_retry",
  "assistant.turn_start",
  "assistant.usage",
  "system.message",
  "system.notification",
  "tool.execution_complete",
  "tool.execution_partial_result",
  "tool.execution_progress",
  "tool.execution_start",
  "tool.shell_output",
  "tool.user_requested",
  "user.message",
]);

export function isKnownEvent(type: unknown): boolean {
  if (typeof type !== "string") return false;
  if (KNOWN.has(type) || type.startsWith("assistant.fusion_")) return true;
  const dot = type.indexOf(".");
  return dot > 0 && SILENT_FAMILIES.has(type.slice(0, dot));
}
