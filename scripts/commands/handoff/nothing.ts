import { EXIT, UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";
import type { World } from "../command.ts";
import { agentsWithSomething } from "../shared/default-agent.ts";
import type { Lookup } from "../shared/learn.ts";
import { placeOf, type Workplace } from "../shared/workplace.ts";
import type { HandoffRequest } from "./request.ts";

/**
 * Throws `UserError` (code 4) where there is nothing to hand over: the agent has neither a session nor a state here,
 * and the person said nothing about the task either. A state that cannot be read is something.
 */
export async function verifySomething(
  place: Workplace,
  world: World,
  { from, to, said }: HandoffRequest,
  { lesson, missing }: Lookup,
): Promise<void> {
  if (lesson !== null || Object.keys(said).length > 0) return;
  const isThere = await place.store.peek(placeOf(from)).then(
    (stored) => stored !== null,
    () => true,
  );
  if (isThere) return;
  const found = await agentsWithSomething(place.agents, world);
  // A session that was not to be looked into is there all the same.
  if (missing.length === 0 && found.some((agent) => agent.name === from.name)) return;
  const others = found.filter((agent) => agent.name !== from.name);
  const places = missing.flatMap((line) => (line.kind === "item" ? [`\n   ${line.text}`] : []));
  const looked = places.length === 0 ? "" : ` Looked into:${places.join("")}`;
  const meant = others.some((agent) => agent.name === to.name)
    ? `Did you mean: baton handoff ${to.name} ${from.name}`
    : others[0] !== undefined
      ? `There is something of ${list(others.map((agent) => agent.name))}: baton handoff ${others[0].name} ${to.name}`
      : `Work with an agent first, say what the task is (--task "…"), or see how it goes: baton demo`;
  throw new UserError(
    `${from.name} has no session and no saved state here: there is nothing to hand over. Nothing was written.${looked}`,
    meant,
    EXIT.notFound,
    { details: { from: from.name, others: others.map((agent) => agent.name) } },
  );
}
