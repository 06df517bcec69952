import { isObject } from "../base/json.ts";

/** A state file's text taken apart: the JSON value in it, and the plain text lines that someone appended after it. */
export interface ReadJson {
  value: Record<string, unknown>;
  appended: string[];
}

/** How deep values may lie in each other. A state has a few levels; whatever walks deeper ones may run out of stack. */
export const MAX_DEPTH = 100;

/** Null when there is no JSON object at the beginning of `text`. A byte order mark and CRLF are no obstacle. */
export function readJson(text: string): ReadJson | null {
  const clean = text.replace(/^\uFEFF/, "").trimEnd();
  const whole = parseObject(clean);
  if (whole !== null) return { value: whole, appended: [] };
  // `echo "Escalation: …" >> state.json` is a documented way of adding a reason: the object ends before the file does.
  for (const end of objectEnds(clean)) {
    const value = parseObject(clean.slice(0, end));
    if (value !== null) return { value, appended: nonEmptyLines(clean.slice(end)) };
  }
  return null;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !isTooDeep(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isTooDeep(root: unknown): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

/** Where the outermost object may end: after each brace that brings the depth back to zero outside of strings. */
function* objectEnds(text: string): Generator<number> {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return yield i + 1;
  }
}

function nonEmptyLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
