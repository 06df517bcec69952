import type { SessionWriter } from "./adapter.ts";

/** A writer whose code is loaded when it is first used; how a session is resumed is told without that. */
export function lazyWriter(
  resume: SessionWriter["resume"],
  load: () => Promise<Omit<SessionWriter, "resume">>,
): SessionWriter {
  return {
    resume,
    write: async (store, request) => (await load()).write(store, request),
    confirm: async (store, sessionId, cwd) => (await load()).confirm?.(store, sessionId, cwd) ?? null,
  };
}
