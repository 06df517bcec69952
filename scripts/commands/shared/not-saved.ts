import type { AgentAdapter } from "../../agents/adapter.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";
import { placeOf, type Workplace } from "./workplace.ts";

/** "Nothing saved", with where it was looked for, what to type, and which other agents do have a state here. */
export async function nothingSaved(place: Workplace, agent: AgentAdapter): Promise<UserError> {
  const { file, olderFiles } = placeOf(agent);
  const others: string[] = [];
  for (const other of place.agents) {
    if (other.name === agent.name) continue;
    // One that cannot be read is there all the same.
    const found = await place.store.peek(placeOf(other)).catch(() => "unreadable");
    if (found !== null) others.push(other.name);
  }
  const looked = [file, ...olderFiles];
  return new UserError(
    `No session state found for ${agent.name}: looked for ${list(looked)} in ${place.repository.root}.`,
    `Save one: baton save ${agent.name}${others.length === 0 ? "" : `\n   Saved here are: ${list(others)}. To see one: baton restore ${others[0]}`}`,
    EXIT.notFound,
    { details: { looked, others } },
  );
}
