import type { SessionState } from "../../schema/session-state.ts";

/** A commit's whole id, SHA-1 or SHA-256. */
const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const NUMBER = /^\d+$/;

/**
 * The command that brings back the work that a handoff stashed. Null where there is none, and where the state names
 * one that Baton does not write: nobody is to run whatever a state file says.
 */
export function stashCommand({ git }: SessionState): string | null {
  const { oid = "", restore = "" } = git.stash ?? {};
  const parts = /^(git stash (?:pop|apply)(?: --index)?)(?: (\S+))?$/.exec(restore);
  if (parts === null) return null;
  const [, command = "", name] = parts;
  if (name === undefined || /^stash@\{\d{1,9}\}$/.test(name)) return restore;
  if (name === `'${oid}^0'` && FULL_ID.test(oid)) return restore;
  if (!/^[0-9a-f]{7,64}$/.test(name)) return null;
  // Older states have the first twelve digits of the id. git takes digits alone for the number of another stash.
  const id = FULL_ID.test(oid) && oid.startsWith(name) ? oid : name;
  if (!NUMBER.test(id)) return `${command} ${id}`;
  return FULL_ID.test(id) ? `${command} '${id}^0'` : null;
}
