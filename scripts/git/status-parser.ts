import { isUtf8 } from "node:buffer";
import type { FileChange } from "../../schema/git-facts.ts";

/** What one `git status --porcelain=v2 --branch --show-stash -z --no-renames` says. */
export interface Status {
  head: string | null;
  branch: string | null;
  upstream: string | null;
  ahead: number | null;
  behind: number | null;
  stashes: number;
  changes: FileChange[];
}

export function parseStatus(output: Buffer): Status {
  const status: Status = {
    head: null,
    branch: null,
    upstream: null,
    ahead: null,
    behind: null,
    stashes: 0,
    changes: [],
  };
  const changes = new Map<string, FileChange>();
  const escaped = new Set<string>();
  for (const record of records(output, escaped)) {
    if (record.startsWith("# ")) readHeader(record.slice(2), status);
    else if (record !== "") addChange(changes, { ...readChange(record), escaped: escaped.has(record) });
  }
  status.changes = [...changes.values()];
  return status;
}

/**
 * The NUL-separated items of a `-z` output. In those that are not UTF-8 bytes become `\xNN`, so that no path is lost;
 * `escaped` receives them.
 */
export function records(output: Buffer, escaped = new Set<string>()): string[] {
  if (isUtf8(output)) return output.toString("utf8").split("\0");
  const items: string[] = [];
  let start = 0;
  while (start <= output.length) {
    const end = output.indexOf(0, start);
    const item = output.subarray(start, end === -1 ? output.length : end);
    const text = isUtf8(item) ? item.toString("utf8") : escapeBytes(item);
    if (!isUtf8(item)) escaped.add(text);
    items.push(text);
    if (end === -1) break;
    start = end + 1;
  }
  return items;
}

function escapeBytes(bytes: Buffer): string {
  return bytes.toString("latin1").replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}

function readHeader(header: string, status: Status): void {
  const [key = "", ...rest] = header.split(" ");
  const value = rest.join(" ");
  if (key === "branch.oid") status.head = value === "(initial)" ? null : value;
  if (key === "branch.head") status.branch = value === "(detached)" ? null : value;
  if (key === "branch.upstream") status.upstream = value;
  if (key === "stash") status.stashes = Number(value);
  const counts = key === "branch.ab" ? /^\+(\d+) -(\d+)$/.exec(value) : null;
  if (counts !== null) [status.ahead, status.behind] = [Number(counts[1]), Number(counts[2])];
}

// Fields before the path: `1 XY sub mH mI mW hH hI path` · `u XY sub m1 m2 m3 mW h1 h2 h3 path` · `? path`.
const FIELDS_BEFORE_PATH: Record<string, number> = { "1": 8, u: 10, "?": 1, "!": 1 };

function readChange(record: string): Omit<FileChange, "escaped"> {
  const type = record[0] ?? "";
  const fields = FIELDS_BEFORE_PATH[type];
  if (fields === undefined)
    throw new Error(`git status printed a record that is not known: ${JSON.stringify(record.slice(0, 80))}`);
  const path = afterFields(record, fields);
  if (type === "?") {
    return {
      path,
      kind: "created",
      staged: false,
      unstaged: true,
      untracked: true,
      submodule: false,
    };
  }
  const [, xy = "..", submodule = "N..."] = record.split(" ", 3);
  const [index = ".", tree = "."] = xy;
  return {
    path,
    kind: type === "u" ? "conflicted" : kindOf(index, tree),
    staged: type !== "u" && index !== ".",
    unstaged: type === "u" || tree !== ".",
    untracked: false,
    submodule: submodule.startsWith("S"),
  };
}

function kindOf(index: string, tree: string): FileChange["kind"] {
  if (tree === "D" || (index === "D" && tree === ".")) return "deleted";
  if (index === "A" || tree === "A") return "created";
  return "modified";
}

function afterFields(record: string, fields: number): string {
  let position = 0;
  for (let i = 0; i < fields; i++) position = record.indexOf(" ", position) + 1;
  return record.slice(position);
}

// `git rm --cached` leaves a path both deleted from the index and untracked: the file is there, so it is a modified one.
function addChange(changes: Map<string, FileChange>, change: FileChange): void {
  const earlier = changes.get(change.path);
  if (earlier === undefined) changes.set(change.path, change);
  else changes.set(change.path, { ...earlier, kind: "modified", unstaged: true });
}
