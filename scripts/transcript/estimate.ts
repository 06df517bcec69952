import type { Entry } from "../../schema/transcript.ts";

/** UTF-16 code units per token: a rule of thumb for English and code, good enough to stay below a limit. */
const CHARACTERS_PER_TOKEN = 4;
/** What an image costs, whatever its size: about what the large providers count for one. */
const TOKENS_PER_IMAGE = 1600;
/** What a message costs beside its text. */
const TOKENS_PER_ENTRY = 4;

/** How many tokens an entry will take, by the rule of thumb of four characters a token. */
export function estimateTokens(entry: Entry): number {
  if (entry.type === "image") return TOKENS_PER_IMAGE;
  return Math.ceil(textLength(entry) / CHARACTERS_PER_TOKEN) + TOKENS_PER_ENTRY;
}

function textLength(entry: Exclude<Entry, { type: "image" }>): number {
  switch (entry.type) {
    case "text":
    case "reasoning":
    case "interruption":
      return entry.text.length;
    case "tool_call":
      return entry.tool.length + JSON.stringify(entry.input).length;
    case "tool_result":
      return entry.output.length;
    case "compaction":
      return entry.summary.length;
    case "todos":
      return entry.todos.reduce((sum, todo) => sum + todo.text.length + 10, 0);
  }
}
