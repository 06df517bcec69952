import { isObject } from "./json.ts";
import { STEPS, SUMMARY } from "./story.ts";

const MARKER = "[trimmed]";

/** Longer texts than any that the story tells come from the product itself. */
const LONGEST = 120;

/** How much of each line stays of the words that a product puts around a summary. */
const BEGINNING = 40;

/** Fields that hold the product's own words, however short. */
const PRODUCT_FIELDS = new Set(["addedLines", "base_instructions", "developer_instructions", "tools"]);

// Around what a command printed, and around a command of the client itself.
const PLAIN_TAGS = new Set(["untrusted_context", "command-name", "local-command-stdout", "tool_use_error"]);

/**
 * A record of a session with the product's own prompt texts cut down to a marker. What such a text begins with
 * (a tag, a heading) stays: readers tell it by that from what the person said.
 */
export function trimRecord(value: unknown): unknown {
  if (typeof value === "string") return trimText(value);
  if (Array.isArray(value)) return value.map(trimRecord);
  if (!isObject(value)) return value;
  if (value.synthetic === true) return { ...value, text: MARKER };
  if (value.isMeta === true) return { ...value, message: { role: "user", content: MARKER } };
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, trimField(key, field)]));
}

function trimField(key: string, value: unknown): unknown {
  if (!PRODUCT_FIELDS.has(key)) return trimRecord(value);
  if (Array.isArray(value)) return [MARKER];
  return isObject(value) ? { text: MARKER } : MARKER;
}

function trimText(text: string): string {
  const tag = /^<([a-z_ -]+)>./is.exec(text);
  if (tag?.[1] !== undefined && PLAIN_TAGS.has(tag[1])) return text;
  if (tag !== null) return `<${tag[1]}>${MARKER}</${tag[1]}>`;
  if (text.length <= LONGEST || STEPS.some((step) => text.includes(step))) return text;
  if (text.includes(SUMMARY)) return text.split("\n").map(trimLine).join("\n");
  return text.startsWith("# AGENTS.md") ? `# AGENTS.md instructions for /home/dev/repo\n\n${MARKER}` : MARKER;
}

function trimLine(line: string): string {
  return line.includes(SUMMARY) || line.length <= BEGINNING ? line : line.slice(0, BEGINNING) + MARKER;
}
