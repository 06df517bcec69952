import type { SessionReader } from "./adapter.ts";

/** A reader whose code is loaded when it is first asked: most commands need one agent's at most. */
export function lazyReader(load: () => Promise<SessionReader>): SessionReader {
  return {
    places: async (store) => (await load()).places(store),
    async *sessions(store, query) {
      yield* (await load()).sessions(store, query);
    },
    open: async (store, session) => (await load()).open(store, session),
  };
}
