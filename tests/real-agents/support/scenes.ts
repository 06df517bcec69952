import { playCompacted } from "./compaction.ts";
import { type ExpectedSession, expectedSession } from "./expected.ts";
import { say } from "./script.ts";
import { begin, goOn, type Stage } from "./stage.ts";
import {
  type Chapter,
  check,
  cutOff,
  delegated,
  glance,
  killed,
  ONE_DONE,
  opening,
  stopped,
  TWO_DONE,
} from "./story.ts";

/** Plays one session and says what a reader must find in it; null where the client has no such thing. */
export type Scene = (stage: Stage) => Promise<ExpectedSession | null>;

const TITLE = "A look around";

const simple: Scene = async (stage) => {
  const chapter = glance(stage.client);
  const { id } = await begin(stage, chapter, TITLE);
  const title = stage.client.records.customTitle ? TITLE : null;
  return expectedSession(id, { scene: "simple", chapters: [chapter], title });
};

const killedByHand: Scene = async (stage) => {
  const { openCalls, ends } = stage.client.records;
  const chapter = killed(stage.client);
  const { id } = await begin(stage, chapter);
  const session = expectedSession(id, { scene: "killed", chapters: [chapter], end: ends.killed });
  return openCalls ? session : { ...session, tools: [] };
};

const stoppedByHand: Scene = async (stage) => {
  const chapter = stopped(stage.client);
  const { id } = await begin(stage, chapter);
  const end = stage.client.records.ends.stopped;
  return expectedSession(id, { scene: "stopped", chapters: [chapter], end });
};

const withHelper: Scene = async (stage) => {
  const chapter = delegated(stage.client);
  const { id } = await begin(stage, chapter);
  return expectedSession(id, { scene: "delegated", chapters: [chapter] });
};

const compacted: Scene = (stage) => playCompacted(stage, TITLE);

/** The todo list in the form that Claude Code used before its tasks, and still can. */
const olderTodos: Scene = async (stage) => {
  const { client, place } = stage;
  if (client.olderPlan === undefined) return null;
  const { environment, plan } = client.olderPlan;
  const older = { ...client, tools: { ...client.tools, plan } };
  const chapter = opening(older, place.repo);
  const { id } = await begin({ ...stage, environment }, chapter);
  return expectedSession(id, { scene: "older-todos", chapters: [chapter], todos: ONE_DONE });
};

const rewound: Scene = async (stage) => {
  const { client, place } = stage;
  if (client.rewind === undefined) return null;
  const first = glance(client);
  const wrong: Chapter = { ask: "Take the left road", turns: [say("I take the left road.")] };
  const better: Chapter = { ask: "Take the right road", turns: [say("I take the right road.")] };
  const { id } = await begin(stage, first);
  const back = await client.rewind(place.home, id);
  await goOn(stage, id, wrong);
  await goOn(stage, id, better, back);
  return expectedSession(id, { scene: "rewound", chapters: [first, better] });
};

const story: Scene = async (stage) => {
  const { client, place } = stage;
  const first = opening(client, place.repo);
  const { id } = await begin(stage, first);
  const later = [check(client, place.repo), cutOff(client)];
  for (const chapter of later) await goOn(stage, id, chapter);
  const chapters = [first, ...later];
  const end = client.records.ends.limited;
  return expectedSession(id, { scene: "story", chapters, todos: TWO_DONE, end });
};

/** In the order in which they are played: the last session is the newest. */
export const SCENES: readonly Scene[] = [
  simple,
  killedByHand,
  stoppedByHand,
  withHelper,
  compacted,
  olderTodos,
  rewound,
  story,
];
