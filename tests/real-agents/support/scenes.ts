import { type ExpectedSession, expectedSession } from "./expected.ts";
import { begin, goOn, type Stage } from "./stage.ts";
import { check, cutOff, glance, killed, opening, TWO_DONE } from "./story.ts";

/** Plays one session, or none where the client has no such thing. Oldest first. */
type Scene = (stage: Stage) => Promise<ExpectedSession[]>;

const TITLE = "A look around";

const simple: Scene = async (stage) => {
  const chapter = glance(stage.client);
  const { id } = await begin(stage, chapter, TITLE);
  const title = stage.client.titled === undefined ? null : TITLE;
  return [expectedSession(id, title, { scene: "simple", chapters: [chapter], todos: [], end: "complete" })];
};

const killedByHand: Scene = async (stage) => {
  const chapter = killed(stage.client);
  const { id } = await begin(stage, chapter);
  const session = expectedSession(id, null, {
    scene: "killed",
    chapters: [chapter],
    todos: [],
    end: "killed",
  });
  return [stage.client.recordsOpenCalls ? session : { ...session, tools: [] }];
};

const story: Scene = async (stage) => {
  const { client, place } = stage;
  const first = opening(client, place.repo);
  const { id } = await begin(stage, first);
  const later = [check(client, place.repo), cutOff(client)];
  for (const chapter of later) await goOn(stage, id, chapter);
  const chapters = [first, ...later];
  return [expectedSession(id, null, { scene: "story", chapters, todos: TWO_DONE, end: "rate-limit" })];
};

export const SCENES: readonly Scene[] = [simple, killedByHand, story];
