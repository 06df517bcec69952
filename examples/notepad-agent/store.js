import { join } from "node:path";

/** The form of the files that this package knows; the first line of each names it. */
export const FORM = 1;

/** One file a session: `~/.notepad/sessions/<id>.jsonl`. The first line is about the session, each other is a note. */
export function sessionsFolder({ home, env }) {
  return join(env.NOTEPAD_HOME || join(home, ".notepad"), "sessions");
}
