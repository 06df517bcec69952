import { unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Redacted } from "../../schema/redacted.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { EXIT, isUserError, UserError } from "../base/errors.ts";
import { exists, readTextIfExists, realPlace, type StagedFile, stageFile } from "../base/files.ts";
import { withLock } from "../base/lock.ts";
import { list, oneLine } from "../base/text.ts";
import { fitted } from "./fit.ts";
import { keepPrevious, keptStates } from "./history.ts";
import { finishPending, forgetPending, type PendingWrite, recordPending } from "./journal.ts";
import { clearMarker, writeMarker } from "./marker.ts";
import { readState } from "./migrate.ts";
import { keepAside, locate, type StatePlace } from "./state-file.ts";

export { serialise } from "./fit.ts";
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

export interface StateStore {
  /**
   * The agent's state, or null when there is none. Changes nothing on disk.
   * Throws `UserError` (code 6) when the file cannot be read as a state.
   */
  peek(place: StatePlace): Promise<StoredState | null>;
  /**
   * Like `peek`, but a file that cannot be read is set aside under a name of its own, and the newest good
   * state from the history takes its place; `remarks` tell so. Null when there is none there either.
   */
  recover(place: StatePlace): Promise<StoredState | null>;
  /**
   * Reads the states of `places`, lets `change` decide the new ones, and writes them, all while nobody else can.
   * Several are written as one: after a failure all are the old ones; after a crash, the next command finishes or
   * forgets the whole. What was there before goes to the history.
   * Answers with what the person should know about how the previous ones were read.
   */
  update(
    places: readonly StatePlace[],
    change: (previous: readonly (StoredState | null)[]) => Promise<readonly Write[]>,
  ): Promise<string[]>;
  /** Absolute path of the folder that keeps the agent's previous states. */
  historyFolder(agent: string): string;
}

export function openStore(folders: StoreFolders): StateStore {
  const own = join(folders.commonDir, "baton");
  const lockPath = join(own, "lock");
  const journal = join(folders.gitDir, "baton", "pending.json");
  const markers = join(folders.gitDir, "baton", "saved");
  // Working trees share the history, but what belongs to one of them is no use in another.
  const worktree = folders.gitDir === folders.commonDir ? null : basename(folders.gitDir);
  const historyFolder = (agent: string) => join(own, "history", agent);
  const locked = <T>(work: () => Promise<T>) =>
    withLock(lockPath, async () => {
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

  /** Writes a state that was decided before this process began. */
  async function apply(place: PendingWrite["place"], text: string): Promise<void> {
    if ((await readTextIfExists(pathOf(place))) !== text) {
      await keepPrevious(pathOf(place), historyFolder(place.agent));
      await (await stage(place, text)).publish();
    }
    await writeMarker(markers, asGitSees(place), text);
  }

  /** All of them or, when one of them fails, none. */
  async function write(writes: readonly PendingWrite[]): Promise<void> {
    const staged: StagedFile[] = [];
    try {
      for (const { place, text } of writes) {
        staged.push(await stage(place, text));
        await keepPrevious(pathOf(place), historyFolder(place.agent));
      }
      if (writes.length > 1) await recordPending(journal, writes);
    } catch (error) {
      for (const file of staged) await file.discard();
      throw error;
    }
    for (const file of staged) await file.publish();
    for (const { place, text } of writes) await writeMarker(markers, asGitSees(place), text);
    if (writes.length > 1) await forgetPending(journal);
  }

  async function peek(place: StatePlace): Promise<StoredState | null> {
    const found = await locate(folders.root, place);
    if (found === null) return null;
    const read = readState(found.text, place.agent);
    if (read === null) throw unreadable(found.path, place.agent);
    if ("newer" in read) throw tooNew(found.path, read.newer);
    const remarks = read.remarks.map((remark) => `${found.file}: ${remark}.`);
    if (read.state.agent !== place.agent) {
      remarks.push(`${found.file} was written for ${oneLine(read.state.agent)}, and copied here.`);
    }
    return { state: read.state, path: found.path, remarks };
  }

  /** With the lock held. */
  async function recoverLocked(place: StatePlace): Promise<StoredState | null> {
    const found = await locate(folders.root, place);
    if (found === null || readState(found.text, place.agent) !== null) return peek(place);
    const aside = await keepAside(found.path);
    const said = `${found.file} could not be read. It was set aside as ${basename(aside)}`;
    for await (const kept of keptStates(historyFolder(place.agent))) {
      const read = readState(kept.text, place.agent);
      if (read === null || "newer" in read || (read.state.git.worktree ?? null) !== worktree) continue;
      await (await stage(place, kept.text)).publish();
      if (found.path !== pathOf(place)) await unlink(found.path);
      return {
        state: read.state,
        path: pathOf(place),
        remarks: [`${said}, and the state of ${read.state.timestamp} was taken from the history.`],
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

  return {
    historyFolder,
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
    update(places, change) {
      return locked(async () => {
        const remarks: string[] = [];
        const previous: (StoredState | null)[] = [];
        for (const place of places) previous.push(await recoverOrNothing(place, remarks));
        const states = await change(previous);
        const writes = places.flatMap(({ agent, file }, i) => {
          const state = states[i] ?? null;
          if (state === null) return [];
          const { text, cut } = fitted(state);
          if (cut.length > 0) remarks.push(`${file} would have been too large: ${list(cut)} was cut.`);
          return [{ place: { agent, file }, text }];
        });
        await write(writes);
        return remarks;
      });
    },
  };

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
    "Update Baton: npm install --save-dev agent-baton@latest",
    EXIT.unknownFormat,
    { details: { path, version } },
  );
}
