import type { SessionSummary } from "../../schema/transcript.ts";
import { EXIT, UserError } from "../base/errors.ts";
import type { SessionReader, StoreEnvironment } from "./adapter.ts";

/** Sessions that are looked at. */
const MOST_LOOKED_AT = 200;

/**
 * Throws `UserError` (code 6) when the agent's store is of a generation that its reader does not know: nothing must be
 * written into such a one. `roots` are the working trees of the repository.
 */
export function verifyKnownStore(
  agent: string,
  reader: SessionReader,
  store: StoreEnvironment,
  roots: readonly string[],
): Promise<void> {
  return verifyKnown(agent, reader, store, reader.sessions(store, { roots }));
}

/** The same, by `sessions` of the store. What counts is the newest: the client that is in use now has written it. */
export async function verifyKnown(
  agent: string,
  reader: SessionReader,
  store: StoreEnvironment,
  sessions: AsyncIterable<SessionSummary> | Iterable<SessionSummary>,
): Promise<void> {
  const strange = (await reader.places(store)).find(({ generation }) => generation === "unknown");
  if (strange !== undefined) {
    const seen = strange.note === undefined ? "" : `: ${strange.note}`;
    throw new UserError(
      `${strange.path} is of a form that Baton does not know${seen}. Nothing was written.`,
      "Update Baton. To save or hand over without the conversation: --no-transcript",
      EXIT.unknownFormat,
      { details: { agent, path: strange.path } },
    );
  }
  let newest: SessionSummary | null = null;
  let seen = 0;
  for await (const session of sessions) {
    if ((newest?.updatedAt ?? "") <= (session.updatedAt ?? "")) newest = session;
    seen += 1;
    if (seen === MOST_LOOKED_AT) break;
  }
  if (newest !== null) await reader.open(store, newest);
}
