import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import type { SessionSummary, Transcript } from "../../../schema/transcript.ts";
import { errorCode, type UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";
import type { SessionQuery, SessionReader, StoreEnvironment, StorePlace } from "../adapter.ts";
import { Belonging, summaryOf } from "../listing.ts";
import { sessionGone } from "../unknown-form.ts";
import { lineageOf } from "./lineage.ts";
import { sessionNames } from "./names.ts";
import { findRollouts, type Rollout, rolloutOf, sessionFolders } from "./store.ts";
import { summarise } from "./summary.ts";
import { codexTranscript } from "./transcript.ts";
import { unknownFile } from "./unknown.ts";

/** Codex: JSONL files by day, packed once they are old; one JSON file a session in the first clients (0.169.0). */
export const codexReader: SessionReader = { places, sessions, open };

async function places(store: StoreEnvironment): Promise<StorePlace[]> {
  return Promise.all(
    sessionFolders(store).map(async (path) => {
      const found = await findRollouts(path);
      if (found === null) return { path, found: false, generation: null };
      if (found.rollouts.length > 0 || found.strange.length === 0)
        return { path, found: true, generation: "jsonl" };
      return { path, found: true, generation: "unknown", note: strangeFiles(found.strange) };
    }),
  );
}

async function* sessions(store: StoreEnvironment, query: SessionQuery): AsyncGenerator<SessionSummary> {
  const belonging = new Belonging(query.roots);
  const names = await sessionNames(store);
  let readable = 0;
  let strange: SessionSummary | null = null;
  const { rollouts, strangeFolder } = await allRollouts(store);
  for (const [thread, files] of byThread(rollouts)) {
    const summaries = files.map((file) => summaryOf(file.path, query.cache, () => summarise(file)));
    const summary = whole(summaries, names.get(thread) ?? null);
    if (summary?.generation === "unknown") strange = summary;
    else if (summary !== null) readable += 1;
    if (summary !== null && belonging.has(summary.cwd)) yield summary;
  }
  // Without a record that we know, nothing says whose session it is.
  if (readable === 0 && strange !== null && query.roots !== null) throw unknownRecords(strange.path);
  // Said last, so that one folder that cannot be read hides nothing in the other.
  if (strangeFolder !== null) throw strangeFolder;
}

/** A session of several files, oldest first: the last one is where it goes on. */
function whole(files: readonly (SessionSummary | null)[], name: string | null): SessionSummary | null {
  const known = files.filter((file) => file !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    ...last,
    title: name ?? first.title ?? last.title,
    cwd: last.cwd ?? first.cwd,
    startedAt: first.startedAt,
    turns: known.length === 1 ? last.turns : null,
    size: known.reduce((sum, { size }) => sum + size, 0),
  };
}

async function open(store: StoreEnvironment, session: SessionSummary): Promise<Transcript> {
  const head = rolloutOf(session.path, basename(session.path));
  if (head === null) throw unknownFile(session.path, "a name other than rollout-<time>-<id>.jsonl");
  const size = await verifyReadable(head);
  const bytes = head.packing === "zst" ? Number.POSITIVE_INFINITY : size;
  const lineage = await lineageOf(head, bytes, async () => (await allRollouts(store)).rollouts);
  return codexTranscript(session, lineage, (await sessionNames(store)).get(head.thread) ?? null);
}

/** The size of the file. Throws when it is gone, or when nothing in it is known. */
async function verifyReadable(rollout: Rollout): Promise<number> {
  const { path } = rollout;
  const start = startOf(path);
  if (start === null) {
    throw sessionGone(path);
  }
  const summary = summarise(rollout);
  if (summary?.generation === "unknown") throw unknownRecords(path);
  const isArchive = rollout.packing === "zst";
  const beginsWell = (isArchive ? ZSTD : JSON_OBJECT).test(start.text);
  // Where something was said there is a session, whatever noise the file begins with.
  const isSession = !isArchive && summary !== null && summary.title !== null;
  if (start.size > 0 && !beginsWell && !isSession)
    throw unknownFile(path, `${JSON.stringify(start.text)} at its beginning`);
  return start.size;
}

// A frame, or one of those that are to be skipped.
const ZSTD = /^(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/;
// A byte order mark and a crash's NUL may come first.
const JSON_OBJECT = /^(?:\xef\xbb\xbf)?[\s\0]*(?:\{|$)/;

function startOf(path: string): { size: number; text: string } | null {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(16);
      const length = readSync(file, bytes, 0, bytes.length, 0);
      return { size: fstatSync(file).size, text: bytes.toString("latin1", 0, length) };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

/** All files, and why a folder is of no known form. */
async function allRollouts(
  store: StoreEnvironment,
): Promise<{ rollouts: Rollout[]; strangeFolder: UserError | null }> {
  const byId = new Map<string, Rollout>();
  let strangeFolder: UserError | null = null;
  for (const folder of sessionFolders(store)) {
    const found = (await findRollouts(folder)) ?? { rollouts: [], strange: [] };
    if (found.rollouts.length === 0 && found.strange.length > 0)
      strangeFolder ??= unknownFile(folder, strangeFiles(found.strange));
    for (const rollout of found.rollouts) {
      // While a file is being packed both are there, and the plain one is whole.
      const known = byId.get(rollout.id);
      if (known === undefined || (known.packing === "zst" && rollout.packing === "jsonl"))
        byId.set(rollout.id, rollout);
    }
  }
  return { rollouts: [...byId.values()], strangeFolder };
}

/** The files of each session, oldest first. */
function byThread(rollouts: readonly Rollout[]): Map<string, Rollout[]> {
  const threads = new Map<string, Rollout[]>();
  for (const rollout of rollouts)
    threads.set(rollout.thread, [...(threads.get(rollout.thread) ?? []), rollout]);
  for (const files of threads.values())
    files.sort((a, b) => (a.begun < b.begun || a.id === a.thread ? -1 : 1));
  return threads;
}

function strangeFiles(names: readonly string[]): string {
  return `no rollouts, but ${list(names.slice(0, 3))}`;
}

function unknownRecords(path: string): UserError {
  return unknownFile(path, "no record of a type that Baton knows");
}
