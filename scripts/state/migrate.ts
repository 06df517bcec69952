import { NOTHING_RUN, type SessionState, SessionStateSchema } from "../../schema/session-state.ts";
import { isObject } from "../base/json.ts";
import { MAX_DEPTH, readJson } from "./read-json.ts";

/** A state that could be read, in today's form. `remarks` say what had to be bent for that. */
export interface ReadState {
  state: SessionState;
  remarks: string[];
}

/**
 * Reads any state that this tool or an older writer has left: only the core or a part of it, version 1.x,
 * `staged_files` nested too deep, empty issue numbers, a byte order mark, lines appended after the JSON.
 * Returns null when it is no state at all, and `{ newer }` when a later version of the format wrote it.
 * Unknown keys stay. `fallbackAgent` is taken where the file does not say who wrote it.
 */
export function readState(text: string, fallbackAgent: string): ReadState | { newer: string } | null {
  const read = readJson(text);
  if (read === null) return null;
  const { version } = read.value;
  const newer = newerVersion(version);
  if (newer !== null) return { newer };
  const remarks: string[] = [];
  if (version !== "2.0") remarks.push(describeVersion(version));
  const draft: Draft = structuredClone(read.value);
  dropWrongSections(draft, remarks);
  if (version !== "2.0") flattenOldKeys(draft);
  complete(draft, fallbackAgent);
  addNotes(draft, read.appended);
  if (read.appended.length > 0) remarks.push("lines after the JSON were taken as notes");
  const state = dropWhatDoesNotFit(draft, fallbackAgent, remarks);
  return state === null ? null : { state, remarks };
}

// An object may have a `toString` that is no function.
function describeVersion(version: unknown): string {
  if (version === undefined) return "it has no version";
  return `it is of version ${typeof version === "string" ? version : JSON.stringify(version)}`;
}

/** The version, where it is one that came after ours. */
function newerVersion(version: unknown): string | null {
  if (typeof version !== "string" && typeof version !== "number") return null;
  const major = /^v?(\d+)/.exec(String(version))?.[1];
  return major !== undefined && Number(major) > 2 ? String(version) : null;
}

type Draft = Record<string, unknown>;

/** Version 1 kept some things at the top level or as plain text. */
function flattenOldKeys(draft: Draft): void {
  const moves: [from: string, section: string, to: string][] = [
    ["branch", "git", "branch"],
    ["last_commit", "git", "last_commit"],
    ["staged_files", "git", "staged_files"],
    ["uncommitted_changes", "git", "uncommitted_changes"],
    ["files_modified", "context", "files_modified"],
    ["modified_files", "context", "files_modified"],
    ["files_created", "context", "files_created"],
    ["next_steps", "context", "next_steps"],
    ["notes", "context", "notes"],
    ["status", "task", "status"],
    ["description", "task", "description"],
  ];
  for (const [from, section, to] of moves) {
    if (!(from in draft)) continue;
    const target = sectionOf(draft, section);
    if (to in target) continue;
    target[to] = draft[from];
    delete draft[from];
  }
}

const SECTIONS = ["task", "context", "git", "validation"];

function dropWrongSections(draft: Draft, remarks: string[]): void {
  if (typeof draft.task === "string") draft.task = { description: draft.task };
  for (const name of SECTIONS) {
    if (draft[name] === undefined || isObject(draft[name])) continue;
    remarks.push(`${name} was left out: it is no object`);
    delete draft[name];
  }
}

function sectionOf(draft: Draft, name: string): Draft {
  const section = draft[name];
  if (isObject(section)) return section;
  const fresh: Draft = {};
  draft[name] = fresh;
  return fresh;
}

/** Fills in what is required, and brings lists into the form that they have today. */
function complete(draft: Draft, fallbackAgent: string): void {
  const git = sectionOf(draft, "git");
  const context = sectionOf(draft, "context");
  const validation = sectionOf(draft, "validation");
  fill(sectionOf(draft, "task"), { status: "in_progress" });
  fill(context, { files_modified: [], files_created: [], next_steps: [] });
  fill(git, {
    branch: null,
    uncommitted_changes: false,
    staged_files: [],
    last_commit: null,
    issues: [],
    prs: [],
  });
  fill(validation, NOTHING_RUN);
  fill(draft, { timestamp: "unknown", agent: fallbackAgent, provider: "unknown" });
  draft.version = "2.0";
  for (const [section, key] of LISTS) {
    if (key in section(draft)) section(draft)[key] = textList(section(draft)[key]);
  }
  for (const key of ["branch", "last_commit"]) if (git[key] === "") git[key] = null;
}

const gitOf = (draft: Draft) => sectionOf(draft, "git");
const contextOf = (draft: Draft) => sectionOf(draft, "context");
const LISTS: readonly [(draft: Draft) => Draft, string][] = [
  [gitOf, "staged_files"],
  [gitOf, "issues"],
  [gitOf, "prs"],
  [contextOf, "files_modified"],
  [contextOf, "files_created"],
  [contextOf, "files_deleted"],
  [contextOf, "next_steps"],
  [contextOf, "notes"],
];

function fill(target: Draft, defaults: Draft): void {
  for (const [key, value] of Object.entries(defaults)) if (target[key] === undefined) target[key] = value;
}

/** One text, or lists in lists, as one flat list without the empty ones. What is no text stays, to be named and dropped. */
function textList(value: unknown): unknown {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  return Array.isArray(value) ? value.flatMap((item) => (item === null ? [] : textList(item))) : value;
}

function addNotes(draft: Draft, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const context = contextOf(draft);
  context.notes = [...(Array.isArray(context.notes) ? context.notes : []), ...lines];
}

/** What has the wrong shape is left out and named, rather than losing the whole state for it. */
function dropWhatDoesNotFit(draft: Draft, fallbackAgent: string, remarks: string[]): SessionState | null {
  const dropped: string[] = [];
  // Each round removes at least one value, and what it uncovers lies one level higher.
  for (let round = 0; round < MAX_DEPTH; round++) {
    const result = SessionStateSchema.safeParse(draft);
    if (result.success) {
      remarks.push(...shortened(dropped));
      return result.data;
    }
    // From the last to the first: removing from a list moves what comes after.
    for (const issue of result.error.issues.toReversed()) {
      if (!remove(draft, issue.path)) return null;
      dropped.push(`${issue.path.map(String).join(".")} was left out: ${issue.message}`);
    }
    complete(draft, fallbackAgent);
  }
  return null;
}

const SHOWN = 10;

function shortened(remarks: readonly string[]): string[] {
  const more = remarks.length - SHOWN;
  return more > 0 ? [...remarks.slice(0, SHOWN), `${more} more values were left out`] : [...remarks];
}

function remove(draft: Draft, path: readonly PropertyKey[]): boolean {
  let target: unknown = draft;
  for (const step of path.slice(0, -1)) {
    target = Array.isArray(target) || isObject(target) ? Reflect.get(target, step) : undefined;
  }
  const last = path.at(-1);
  if (last === undefined) return false;
  // What it was in has gone already, for another fault of it.
  if (typeof target !== "object" || target === null) return true;
  // The element itself goes, not just its value: a hole would not fit either.
  if (Array.isArray(target)) return target.splice(Number(last), 1).length === 1;
  // A required key that is missing sits in a section that cannot stand: the section goes.
  if (!Object.hasOwn(target, last)) return path.length > 1 && remove(draft, path.slice(0, -1));
  return Reflect.deleteProperty(target, last);
}
