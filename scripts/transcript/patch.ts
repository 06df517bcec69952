import type { PatchAct } from "./tool-map.ts";

const BEGIN = "*** Begin Patch";
const END = "*** End Patch";
const HEAD = /^\*\*\* (Add|Update|Delete) File: (.+)$/;

/**
 * The write or edit that a patch in the form `*** Begin Patch` comes to; null when it changes more than one place, or
 * moves or removes a file.
 */
export function patchAct(patch: string): PatchAct | null {
  const lines = patch.trim().split("\n");
  const [, verb, path] = HEAD.exec(lines[1] ?? "") ?? [];
  if (lines[0] !== BEGIN || lines.at(-1) !== END || path === undefined) return null;
  const body = lines.slice(2, -1);
  if (verb === "Add") return added(path, body);
  return verb === "Update" ? updated(path, body) : null;
}

/** A patch that writes the whole file. */
export function writingPatch(path: string, content: string): string {
  return [BEGIN, `*** Add File: ${path}`, ...marked("+", content), END].join("\n");
}

/**
 * A patch that replaces `before` by `after`. It is made of whole lines: where only a part of a line was replaced, that
 * part stands for the line.
 */
export function editingPatch(path: string, before: string, after: string): string {
  const hunk = ["@@", ...marked("-", before), ...marked("+", after)];
  return [BEGIN, `*** Update File: ${path}`, ...hunk, END].join("\n");
}

function marked(mark: string, text: string): string[] {
  return text === ""
    ? []
    : text
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => mark + line);
}

function added(path: string, body: readonly string[]): PatchAct | null {
  if (!body.every((line) => line.startsWith("+"))) return null;
  return { does: "write", path, content: body.map((line) => `${line.slice(1)}\n`).join("") };
}

function updated(path: string, body: readonly string[]): PatchAct | null {
  const lines = /^@@/.test(body[0] ?? "") ? body.slice(1) : body;
  if (!lines.every((line) => line === "" || /^[-+ ]/.test(line))) return null;
  const without = (mark: string) =>
    lines
      .filter((line) => !line.startsWith(mark))
      .map((line) => line.slice(1))
      .join("\n");
  const [before, after] = [without("+"), without("-")];
  return before === "" ? null : { does: "edit", path, before, after, everywhere: false };
}
