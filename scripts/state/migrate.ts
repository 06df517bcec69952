import { type SessionState, SessionStateSchema } from "../../schema/session-state.ts";
import { isObject, readJson } from "./read-json.ts";

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
  const version = read.value.version;
  if (typeof version === "string" && /^\d/.test(version) && Number.parseInt(version, 10) > 2)
    return { newer: version };
  const remarks: string[] = [];
  if (version !== "2.0")
    remarks.push(version === undefined ? "it has no version" : `it is of version ${String(version)}`);
  const draft = complete(flattenOldKeys(read.value), fallbackAgent);
  for (const line of read.appended) addNote(draft, line);
  if (read.appended.length > 0) remarks.push("lines after the JSON were taken as notes");
  const state = dropWhatDoesNotFit(draft, remarks);
  return state === null ? null : { state, remarks };
}

type Draft = Record<string, unknown>;

/** Version 1 kept some things at the top level or as plain text. */
function flattenOldKeys(value: Draft): Draft {
  const draft: Draft = structuredClone(value);
  if (typeof draft.task === "string") draft.task = { description: draft.task };
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
    if (!(to in target)) target[to] = draft[from];
    delete draft[from];
  }
  return draft;
}

function sectionOf(draft: Draft, name: string): Draft {
  const section = draft[name];
  if (isObject(section)) return section;
  const fresh: Draft = {};
  draft[name] = fresh;
  return fresh;
}

function complete(draft: Draft, fallbackAgent: string): Draft {
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
  fill(validation, { typescript: "not_run", eslint: "not_run", tests: "not_run", strict_rules: "not_run" });
  fill(draft, { timestamp: "1970-01-01T00:00:00Z", agent: fallbackAgent, provider: "unknown" });
  draft.version = "2.0";
  for (const [section, key] of LISTS) {
    if (key in section(draft)) section(draft)[key] = textList(section(draft)[key]);
  }
  for (const key of ["branch", "last_commit"]) if (git[key] === "") git[key] = null;
  return draft;
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

/** One text, or lists in lists, as one flat list without the empty ones. */
function textList(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  return Array.isArray(value) ? value.flatMap(textList) : [];
}

function addNote(draft: Draft, line: string): void {
  const context = contextOf(draft);
  context.notes = [...textList(context.notes), line];
}

/** What has the wrong shape is left out and named, rather than losing the whole state for it. */
function dropWhatDoesNotFit(draft: Draft, remarks: string[]): SessionState | null {
  // Each round removes at least one value; a state has far fewer than this many.
  for (let round = 0; round < 100; round++) {
    const result = SessionStateSchema.safeParse(draft);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      if (!remove(draft, issue.path)) return null;
      remarks.push(`${issue.path.map(String).join(".")} was left out: ${issue.message}`);
    }
    complete(draft, String(draft.agent ?? "unknown"));
  }
  return null;
}

function remove(draft: Draft, path: readonly PropertyKey[]): boolean {
  let target: unknown = draft;
  for (const step of path.slice(0, -1)) {
    target = Array.isArray(target) || isObject(target) ? Reflect.get(target, step) : undefined;
  }
  const last = path.at(-1);
  if (last === undefined || typeof target !== "object" || target === null) return false;
  // The element itself goes, not just its value: a hole would not fit either.
  if (Array.isArray(target)) return target.splice(Number(last), 1).length === 1;
  // A required key that is missing sits in a section that cannot stand: the section goes.
  if (!Object.hasOwn(target, last)) return path.length > 1 && remove(draft, path.slice(0, -1));
  return Reflect.deleteProperty(target, last);
}
