import { readdir, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Redacted } from "../../schema/redacted.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { EXIT, errorCode, isUserError, UserError } from "../base/errors.ts";
import { exists, readTextIfExists, realPlace, type StagedFile, stageFile } from "../base/files.ts";
import { withLock } from "../base/lock.ts";
import { HOW_TO_INSTALL } from "../base/package.ts";
import { list, oneLine } from "../base/text.ts";
import {
  type Change,
  type ChangedPlace,
  lastChange,
  type RevisionName,
  recordChange,
  withoutChange,
} from "./changes.ts";
import { fitted, serialise } from "./fit.ts";
import { finishPending, forgetPending, type PendingWrite, recordPending } from "./journal.ts";
import { clearMarker, writeMarker } from "./marker.ts";
import { readState } from "./migrate.ts";
import { type KeptState, type Revision, Revisions, sessionFolder } from "./revisions.ts";
import { keepAside, locate, type StatePlace } from "./state-file.ts";

export type { Change } from "./changes.ts";
export { serialise } from "./fit.ts";
export type { KeptState } from "./revisions.ts";
export type { StatePlace } from "./state-file.ts";

/** The folders of one working tree, absolute. */
export interface StoreFolders {
  root: string;
  gitDir: string;
  commonDir: string;
}

export interface StoredState {
  state: SessionState;
  /** Absolute path that it was read from. */
  path: string;
  /** What the person should know about how it was read; empty for a healthy state. */
  remarks: string[];
}

/** A state to be written for one agent; null leaves that agent's state as it is. */
export type Write = Redacted<SessionState> | null;

export interface Updated {
  /** What was written for each place; null where nothing was. */
  written: readonly Write[];
  /** What each place held before. */
  previous: (StoredState | null)[];
  /** What the person should know about how the previous ones were read. */
  remarks: string[];
}

export interface StateStore {
  /**
   * The agent's current state, or null when there is none. Where the file is gone, it is the newest revision of its
   * session, and `remarks` say so. Changes nothing on disk.
   * Throws `UserError` (code 6) when the file cannot be read as a state.
   */
  peek(place: StatePlace): Promise<StoredState | null>;
  /**
   * Like `peek`, but a file that cannot be read is set aside under a name of its own, and the newest good
   * revision takes its place; `remarks` say so. Null when there is none either.
   */
  recover(place: StatePlace): Promise<StoredState | null>;
  /**
   * Reads the states of `places`, lets `change` decide the new ones, and writes them, all while nobody else can.
   * Each is kept as a revision of its session before the agent's file is written. Several are written as one: after a
   * failure all are the old ones; after a crash, the next command finishes or forgets the whole.
   * `what` is the name of the command, for `undo`.
   */
  update(
    places: readonly StatePlace[],
    what: string,
    change: (previous: readonly (StoredState | null)[]) => Promise<readonly Write[]>,
  ): Promise<Updated>;
  /**
   * Removes the agent's state, whose session is kept with `lastState` as its last revision.
   * Answers with what was there, or null where nothing was.
   */
  forget(
    place: StatePlace,
    lastState: (previous: SessionState) => Promise<Redacted<SessionState>>,
  ): Promise<StoredState | null>;
  /**
   * Takes back the last change, of `agent` where one is named, in all the places that it changed together: they hold
   * again what they held, byte for byte. Null where no change is known.
   * Throws `UserError` (code 3) when one of the places has been changed since.
   */
  undo(agent: string | null): Promise<Change | null>;
  /** The newest state of every kept session of this working tree, the one that was written last first. */
  sessions(): AsyncGenerator<KeptState>;
  /** The kept states of one session, newest first. `session` is the name that `sessions` gives with each. */
  revisions(session: string): AsyncGenerator<KeptState>;
  /** The session that an agent's location belongs to, by the name that `sessions` gives; null where it holds none. */
  current(agent: string): Promise<string | null>;
  /** Keeps a last revision of a session that is no agent's current one. */
  keep(state: Redacted<SessionState>): Promise<void>;
}

export function openStore(folders: StoreFolders): StateStore {
  const own = join(folders.commonDir, "baton");
  const here = join(folders.gitDir, "baton");
  const journal = join(here, "pending.json");
  const markers = join(here, "saved");
  const changes = join(here, "changes.json");
  const revisions = new Revisions(own);
  // Working trees share the sessions, but what belongs to one of them is no use in another.
  const worktree = folders.gitDir === folders.commonDir ? null : basename(folders.gitDir);
  const isHere = (state: SessionState) => (state.git.worktree ?? null) === worktree;
  const locked = <T>(work: () => Promise<T>) =>
    withLock(join(own, "lock"), async () => {
      if (await exists(join(own, "history"))) await revisions.adoptHistory();
      await finishPending(journal, apply);
      return work();
    });

  // The hooks look for a state where git would find it.
  const asGitSees = ({ agent, file }: PendingWrite["place"]) => ({
    agent,
    file: realPlace(folders.root, file) ?? file,
  });
  const pathOf = (place: { file: string }) => join(folders.root, place.file);
  const stage = (place: { file: string }, text: string) =>
    stageFile(pathOf(place), text, { mode: 0o600, within: folders.root });

  // Which session an agent's file belongs to. Without it nobody could say what a file held that is gone.
  const currentPath = (agent: string) => join(here, "current", agent);
  const current = async (agent: string) => (await readTextIfExists(currentPath(agent)))?.trim() || null;
  async function stageCurrent(agent: string, session: string): Promise<StagedFile | null> {
    if ((await current(agent)) === session) return null;
    return stageFile(currentPath(agent), `${session}\n`, { mode: 0o600 });
  }
  async function setCurrent(agent: string, session: string): Promise<void> {
    await (await stageCurrent(agent, session))?.publish();
  }

  /** Keeps what an agent's file holds, whoever wrote it. */
  async function keepFound(place: { agent: string; file: string }): Promise<Revision | null> {
    const text = await readTextIfExists(pathOf(place));
    const session = await current(place.agent);
    const kept = session === null ? [] : await revisions.of(session);
    // A file that somebody removed held the newest revision of its session.
    if (text === null) return kept.at(-1) ?? null;
    // A process that was killed may have kept one more than it put in its place.
    for (const revision of kept.slice(-2).reverse()) {
      if ((await readTextIfExists(revision.path)) === text) return revision;
    }
    const { isAdded: _, ...revision } = await revisions.keep(folderOfFound(place.agent, text), text);
    return revision;
  }

  /** Another agent's or working tree's session gets no revision from a file that was only copied from there. */
  function folderOfFound(agent: string, text: string): string {
    const read = readState(text, agent);
    const isOwn = read === null || "newer" in read || isOfPlace(read.state, agent);
    return sessionFolder(agent, isOwn ? text : "");
  }

  const isOfPlace = (state: SessionState, agent: string) => state.agent === agent && isHere(state);

  /** Writes a state that was decided before this process began. */
  async function apply(place: PendingWrite["place"], text: string): Promise<void> {
    const session = sessionFolder(place.agent, text);
    if ((await readTextIfExists(pathOf(place))) !== text) {
      await keepFound(place);
      const staged = await stage(place, text);
      await revisions.keep(session, text);
      await staged.publish();
    }
    await setCurrent(place.agent, session);
    await writeMarker(markers, asGitSees(place), text);
  }

  /** All of them or, when one of them fails, none. */
  async function write(writes: readonly PlannedWrite[], what: string): Promise<void> {
    const staged: (StagedFile | null)[] = [];
    const pointers: (StagedFile | null)[] = [];
    const added: Revision[] = [];
    const changed: ChangedPlace[] = [];
    let noted: Change | null = null;
    try {
      // What can fail in the agent's own place fails here, before anything is kept of it.
      for (const { place, text, isLast } of writes) staged.push(isLast ? null : await stage(place, text));
      for (const { place, text, session, isLast } of writes) {
        const before = await keepFound(place);
        const { isAdded, ...kept } = await revisions.keep(session, text);
        if (isAdded) added.push(kept);
        const after = nameOf(kept);
        const same = changed.find(({ file }) => file === place.file);
        // Of two writes to one file, only the second one is to be seen there.
        if (same === undefined)
          changed.push({ ...place, before: before === null ? null : nameOf(before), after, isGone: isLast });
        else same.after = after;
      }
      noted = await recordChange(changes, what, changed);
      for (const { place, session, isLast } of writes)
        pointers.push(isLast ? null : await stageCurrent(place.agent, session));
      if (writes.length > 1)
        await recordPending(
          journal,
          writes.filter(({ isLast }) => !isLast),
        );
    } catch (error) {
      for (const file of [...staged, ...pointers]) await file?.discard();
      for (const revision of added) await revisions.drop(revision);
      if (noted !== null) await withoutChange(changes, noted).catch(() => {});
      throw error;
    }
    for (const [i, { place, text, isLast }] of writes.entries()) {
      await staged[i]?.publish();
      await pointers[i]?.publish();
      if (isLast) await removeState(place);
      else await writeMarker(markers, asGitSees(place), text);
    }
    if (writes.length > 1) await forgetPending(journal);
    for (const { session } of writes) await revisions.trim(session);
    // Only where a session has begun can there be one too many.
    if (pointers.some((pointer) => pointer !== null))
      await revisions.prune(await sessionsInUse(folders.commonDir));
  }

  async function removeState(place: { agent: string; file: string }): Promise<void> {
    // First what says that it was there: a file that is gone would be brought back.
    await removeIfThere(currentPath(place.agent));
    await removeIfThere(pathOf(place));
    await clearMarker(markers, place);
  }

  async function peek(place: StatePlace): Promise<StoredState | null> {
    const found = await locate(folders.root, place);
    if (found === null) return lost(place);
    const read = readState(found.text, place.agent);
    if (read === null) throw unreadable(found.path, place.agent);
    if ("newer" in read) throw tooNew(found.path, read.newer);
    const remarks = read.remarks.map((remark) => `${found.file}: ${remark}.`);
    if (read.state.agent !== place.agent) {
      remarks.push(`${found.file} was written for ${oneLine(read.state.agent)}, and copied here.`);
    }
    // A copy is not the session that it was copied from: what is saved here begins one of its own.
    const { session: _, ...copied } = read.state;
    const state = isOfPlace(read.state, place.agent) ? read.state : copied;
    return { state, path: found.path, remarks };
  }

  /** The state of a file that somebody removed: the session remembers it. */
  async function lost(place: StatePlace): Promise<StoredState | null> {
    const session = await current(place.agent);
    if (session === null) return null;
    for await (const { state, revision } of revisions.states(session, place.agent)) {
      if (!isOfPlace(state, place.agent)) continue;
      const remarks = [
        `${place.file} is gone. Its last content was kept, and is used. To be done with it: baton forget ${place.agent}`,
      ];
      return { state, path: revision.path, remarks };
    }
    return null;
  }

  /** The newest good state of the agent here: of the session that its file belonged to, else of any. */
  async function newestGood(agent: string): Promise<KeptState | null> {
    const session = await current(agent);
    const ordered = [...(session === null ? [] : [session]), ...(await revisions.sessions())];
    for (const name of new Set(ordered)) {
      for await (const kept of revisions.states(name, agent)) {
        if (kept.state.session?.state === "archived") break;
        if (kept.state.agent === agent && isHere(kept.state)) return kept;
      }
    }
    return null;
  }

  /** With the lock held. */
  async function recoverLocked(place: StatePlace): Promise<StoredState | null> {
    const found = await locate(folders.root, place);
    if (found === null || readState(found.text, place.agent) !== null) return peek(place);
    const aside = await keepAside(found.path);
    const said = `${found.file} could not be read. It was set aside as ${basename(aside)}`;
    const kept = await newestGood(place.agent);
    if (kept !== null) {
      await (await stage(place, kept.text)).publish();
      await setCurrent(place.agent, kept.revision.session);
      if (found.path !== pathOf(place)) await unlink(found.path);
      return {
        state: kept.state,
        path: pathOf(place),
        remarks: [`${said}, and the state of ${kept.state.timestamp} was taken from the history.`],
      };
    }
    await unlink(found.path);
    await clearMarker(markers, place);
    throw new UserError(
      `${said}, and the history holds no earlier one.`,
      `Save a new one: baton save ${place.agent}`,
      EXIT.unknownFormat,
      { details: { setAside: aside } },
    );
  }

  /** A broken state with nothing in the history must not stand in the way of a new one: it was set aside already. */
  async function recoverOrNothing(place: StatePlace, remarks: string[]): Promise<StoredState | null> {
    try {
      const stored = await recoverLocked(place);
      remarks.push(...(stored?.remarks ?? []));
      return stored;
    } catch (error) {
      if (!isUserError(error) || error.details.setAside === undefined) throw error;
      remarks.push(error.message);
      return null;
    }
  }

  async function finishDecided(): Promise<void> {
    if ((await exists(journal)) || (await exists(join(own, "history")))) await locked(async () => {});
  }

  return {
    current,
    async peek(place) {
      if (await exists(journal)) await locked(async () => {});
      return peek(place);
    },
    async recover(place) {
      if (await exists(journal)) await locked(async () => {});
      const found = await locate(folders.root, place);
      if (found === null || readState(found.text, place.agent) !== null) return peek(place);
      return locked(() => recoverLocked(place));
    },
    update(places, what, change) {
      return locked(async () => {
        const remarks: string[] = [];
        const previous: (StoredState | null)[] = [];
        for (const place of places) previous.push(await recoverOrNothing(place, remarks));
        const written = await change(previous);
        const writes = places.flatMap((place, i) => plan(place, written[i] ?? null, remarks));
        if (writes.length > 0) await write(writes, what);
        return { written, previous, remarks };
      });
    },
    forget(place, lastState) {
      return locked(async () => {
        const previous = await recoverOrNothing(place, []);
        if (previous === null) return null;
        const last = plan(place, await lastState(previous.state), []);
        await write(
          last.map((one) => ({ ...one, isLast: true })),
          "forget",
        );
        return previous;
      });
    },
    undo(agent) {
      return locked(async () => {
        const last = await lastThatTookEffect(agent);
        if (last === null) return null;
        for (const place of last.places) await verifyUnchanged(place, last);
        const writes: PlannedWrite[] = [];
        for (const { agent: name, file, before } of last.places) {
          if (before === null) continue;
          const text = await textOf(before);
          if (text === null) throw notKept(name, before);
          writes.push({ place: { agent: name, file }, text, session: before.session, isLast: false });
        }
        await write(writes, "undo");
        for (const place of last.places) if (place.before === null) await removeState(place);
        await withoutChange(changes, last);
        return last;
      });
    },
    async *sessions() {
      await finishDecided();
      for await (const kept of revisions.newestStates()) if (isHere(kept.state)) yield kept;
    },
    revisions: (session) => revisions.states(session),
    async keep(state) {
      const session = sessionFolder(state.agent, state);
      await locked(async () => {
        await revisions.keep(session, serialise(state));
        await revisions.trim(session);
      });
    },
  };

  function textOf({ session, number }: RevisionName): Promise<string | null> {
    return readTextIfExists(revisions.pathOf(session, number));
  }

  /** A process that was killed may have noted down a change that it never made. */
  async function lastThatTookEffect(agent: string | null): Promise<Change | null> {
    for (;;) {
      const last = await lastChange(changes, agent);
      if (last === null) return null;
      const isMade = await Promise.all(
        last.places.map(async (place) => {
          const [now, before] = await Promise.all([
            readTextIfExists(pathOf(place)),
            place.before === null ? null : textOf(place.before),
          ]);
          const after = place.isGone ? null : await textOf(place.after);
          if (place.before === null && now === null)
            return (await current(place.agent)) === place.after.session;
          return now !== before || before === after;
        }),
      );
      if (isMade.includes(true)) return last;
      await withoutChange(changes, last);
    }
  }

  async function verifyUnchanged(place: ChangedPlace, change: Change): Promise<void> {
    const now = await readTextIfExists(pathOf(place));
    const session = await current(place.agent);
    if (now === null) {
      // A file that somebody deleted is still what its session says.
      if (place.isGone ? session === null : session === place.after.session) return;
    } else if (!place.isGone) {
      const then = await textOf(place.after);
      if (now === then) return;
      // Of many changes the oldest revisions are kept no longer, and what was taken back is kept as a new one.
      const newest = (await revisions.of(place.after.session)).at(-1);
      if (then === null && newest !== undefined && now === (await readTextIfExists(newest.path))) return;
    }
    throw new UserError(
      `The state of ${place.agent} has been changed since that ${change.what} of ${change.at}. Nothing was changed.`,
      `See what is kept: baton history ${place.agent}`,
      EXIT.refused,
    );
  }
}

function nameOf({ session, number }: Revision): RevisionName {
  return { session, number };
}

function notKept(agent: string, { session, number }: RevisionName): UserError {
  return new UserError(
    `Revision ${number} of ${session}, which ${agent} had before, is not kept any more. Nothing was changed.`,
    `See what is kept: baton history ${agent}`,
    EXIT.notFound,
  );
}

interface PlannedWrite extends PendingWrite {
  session: string;
  /** True where this is the last revision of the session, and the agent's file goes. */
  isLast: boolean;
}

/** `remarks` gets what had to be cut. */
function plan({ agent, file }: StatePlace, state: Write, remarks: string[]): PlannedWrite[] {
  if (state === null) return [];
  const { text, cut } = fitted(state);
  if (cut.length > 0) remarks.push(`${file} would have been too large: ${list(cut)} was cut.`);
  return [{ place: { agent, file }, text, session: sessionFolder(agent, state), isLast: false }];
}

/** The sessions that are current in any working tree of the repository. */
async function sessionsInUse(commonDir: string): Promise<Set<string>> {
  const names = async (folder: string) => readdir(folder).catch((): string[] => []);
  const worktrees = (await names(join(commonDir, "worktrees"))).map((name) =>
    join(commonDir, "worktrees", name),
  );
  const found = new Set<string>();
  for (const gitDir of [commonDir, ...worktrees]) {
    const folder = join(gitDir, "baton", "current");
    for (const agent of await names(folder)) {
      const session = await readTextIfExists(join(folder, agent)).catch(() => null);
      if (session !== null) found.add(session.trim());
    }
  }
  return found;
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT" && errorCode(error) !== "ENOTDIR") throw error;
  });
}

function unreadable(path: string, agent: string): UserError {
  return new UserError(
    `${path} could not be read as a session state.`,
    `To set it aside and go back to the last good one: baton restore ${agent}`,
    EXIT.unknownFormat,
    { details: { path } },
  );
}

function tooNew(path: string, version: string): UserError {
  return new UserError(
    `${path} is of version ${version}, which is newer than this Baton knows.`,
    `Update Baton. ${HOW_TO_INSTALL}`,
    EXIT.unknownFormat,
    { details: { path, version } },
  );
}
