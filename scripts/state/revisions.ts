import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, rename, rm, rmdir, stat, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { SessionState } from "../../schema/session-state.ts";
import { errorCode } from "../base/errors.ts";
import { explainWriteFailure } from "../base/file-errors.ts";
import { readTextIfExists, writeFileAtomic } from "../base/files.ts";
import { readState } from "./migrate.ts";

/** Revisions that are kept of each session, and sessions that are kept of a repository. */
const MAX_REVISIONS = 50;
const MAX_SESSIONS = 200;

/** One kept revision of a session. Numbers begin at 1 and grow by one; the oldest ones go after 50. */
export interface Revision {
  /** The folder's name: the session's id, or what stands for it where that is no name for a folder. */
  session: string;
  number: number;
  path: string;
}

export interface KeptState {
  revision: Revision;
  state: SessionState;
  /** The text of the file, byte for byte. */
  text: string;
}

/**
 * The revisions of every session of a repository: `<folder>/<session>/<number>.json`. Call what writes with the
 * store's lock held. Reading an absent or unreadable folder finds nothing; what is no revision there is passed over.
 */
export class Revisions {
  readonly #folder: string;
  readonly #olderFolder: string;

  /** `own` is Baton's folder in the git folder that all working trees share. */
  constructor(own: string) {
    this.#folder = join(own, "sessions");
    this.#olderFolder = join(own, "history");
  }

  /**
   * Keeps `text` as the newest revision of `session`. Where the newest is the same, that one is it.
   * Throws `UserError` where it cannot be written.
   */
  async keep(session: string, text: string): Promise<Revision & { isAdded: boolean }> {
    const newest = (await this.of(session)).at(-1);
    const folder = join(this.#folder, session);
    if (newest !== undefined && (await readTextIfExists(newest.path)) === text) {
      // The folder's time says which session was written last.
      const now = new Date();
      await utimes(folder, now, now).catch(() => {});
      return { ...newest, isAdded: false };
    }
    const revision = this.#revision(session, (newest?.number ?? 0) + 1);
    if (newest === undefined) await makeFolder(folder);
    await writeFileAtomic(revision.path, text, { mode: 0o600 });
    return { ...revision, isAdded: true };
  }

  /** Takes back what `keep` added for a write that then failed: tried again and again, it would push out older ones. */
  async drop({ path }: Revision): Promise<void> {
    await remove(path);
  }

  /** Removes the oldest revisions of a session that has too many. */
  async trim(session: string): Promise<void> {
    for (const { path } of (await this.of(session)).slice(0, -MAX_REVISIONS)) await remove(path);
  }

  /** The revisions of one session, oldest first. */
  async of(session: string): Promise<Revision[]> {
    return (await namesIn(join(this.#folder, session)))
      .filter((name) => /^\d{8,15}\.json$/.test(name))
      .map((name) => this.#revision(session, Number.parseInt(name, 10)))
      .sort((a, b) => a.number - b.number);
  }

  /** The kept sessions' folder names, the one that was written last first. */
  async sessions(): Promise<string[]> {
    const names = (await namesIn(this.#folder)).filter((name) => !name.startsWith("."));
    const times = await Promise.all(names.map((name) => modifiedAt(join(this.#folder, name))));
    return names
      .map((name, i) => ({ name, time: times[i] ?? 0n }))
      .sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
      .map(({ name }) => name);
  }

  /** What can be read of a session, newest first, read one at a time. */
  async *states(session: string, agent = ""): AsyncGenerator<KeptState> {
    for (const revision of (await this.of(session)).reverse()) {
      const text = await readTextIfExists(revision.path).catch(() => null);
      const read = text === null ? null : readState(text, agent);
      if (text !== null && read !== null && !("newer" in read)) yield { revision, state: read.state, text };
    }
  }

  /** The newest readable state of every session, that of the session that was written last first. */
  async *newestStates(): AsyncGenerator<KeptState> {
    for (const session of await this.sessions()) {
      for await (const kept of this.states(session)) {
        yield kept;
        break;
      }
    }
  }

  /** Makes room for one more session. `inUse` are sessions that stay. Retired ones go first, then the oldest. */
  async prune(inUse: ReadonlySet<string>): Promise<void> {
    const sessions = await this.sessions();
    const surplus = sessions.length - MAX_SESSIONS;
    if (surplus <= 0) return;
    const done: string[] = [];
    const others: string[] = [];
    for (const session of sessions.reverse()) {
      if (inUse.has(session)) continue;
      const { value } = await this.states(session).next();
      const isDone = ["retired", "archived"].includes(value?.state.session?.state ?? "");
      (isDone ? done : others).push(session);
    }
    for (const session of [...done, ...others].slice(0, surplus)) {
      await rm(join(this.#folder, session), { recursive: true, force: true });
    }
  }

  /** Moves over what older versions kept: `history/<agent>/<number>-<file name>`. */
  async adoptHistory(): Promise<void> {
    for (const agent of await namesIn(this.#olderFolder)) {
      const folder = join(this.#olderFolder, agent);
      const entries = (await namesIn(folder)).filter((name) => /^\d+-/.test(name));
      entries.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
      for (const name of entries) {
        const text = await readTextIfExists(join(folder, name)).catch(() => null);
        if (text === null) continue;
        await this.keep(sessionFolder(agent, text), text);
        await remove(join(folder, name));
      }
      await rmdir(folder).catch(() => {});
    }
    // What is left there is not ours, and is left alone under another name, so that nobody looks again.
    await rmdir(this.#olderFolder).catch(async (error: unknown) => {
      if (errorCode(error) !== "ENOENT")
        await rename(this.#olderFolder, `${this.#olderFolder}.old`).catch(() => {});
    });
  }

  /** Where the revision `number` of a session lies, whether it is kept or not. */
  pathOf(session: string, number: number): string {
    return this.#revision(session, number).path;
  }

  #revision(session: string, number: number): Revision {
    const name = `${String(number).padStart(8, "0")}.json`;
    return { session, number, path: join(this.#folder, session, name) };
  }
}

/**
 * The name of the folder for a session, from a state or from the text of one: what a state file gives as its id may be
 * anything, and is used as a name only where it is one.
 */
export function sessionFolder(agent: string, of: string | SessionState): string {
  const id = typeof of === "string" ? idIn(of, agent) : of.session?.id;
  if (id === undefined || id === "") return `${agent}-without-id`;
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(id)) return id;
  return `x-${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw explainWriteFailure(folder, error);
  }
}

function idIn(text: string, agent: string): string | undefined {
  const read = readState(text, agent);
  return read === null || "newer" in read ? undefined : read.state.session?.id;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    if (!(await lstat(folder)).isDirectory()) return [];
    return await readdir(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}

/** Of a folder: when something in it was last added or removed. In nanoseconds, since two may come close together. */
async function modifiedAt(path: string): Promise<bigint> {
  return stat(path, { bigint: true }).then(
    ({ mtimeNs }) => mtimeNs,
    () => 0n,
  );
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error;
  });
}
