import { setTimeout } from "node:timers/promises";
import { playCompacted } from "./compaction.ts";
import { type ExpectedSession, expectedSession } from "./expected.ts";
import { say } from "./script.ts";
import { begin, goOn, type Stage, takeBack } from "./stage.ts";
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

const WRONG: Chapter = { ask: "Take the left road", turns: [say("I take the left road.")] };
const BETTER: Chapter = { ask: "Take the right road", turns: [say("I take the right road.")] };

/** The person goes back to before a wrong turn, and on from there. */
const rewound: Scene = async (stage) => {
  const { client, place } = stage;
  if (client.rewind === undefined) return null;
  const first = glance(client);
  const { id } = await begin(stage, first);
  const back = await client.rewind(place.home, id);
  await goOn(stage, id, WRONG);
  await goOn(stage, id, BETTER, back);
  return expectedSession(id, { scene: "rewound", chapters: [first, BETTER] });
};

/** The person takes a wrong turn back, and has not gone on. */
const takenBack: Scene = async (stage) => {
  const { client } = stage;
  if (client.takeBack === undefined) return null;
  const first = glance(client);
  const { id } = await begin(stage, first);
  await goOn(stage, id, WRONG);
  await takeBack(stage, id, TITLE);
  const title = client.takeBack.names ? TITLE : null;
  return expectedSession(id, { scene: "taken back", chapters: [first], title });
};

/** The same, and the session went on. */
const takenBackAndOn: Scene = async (stage) => {
  const { client } = stage;
  if (client.takeBack === undefined) return null;
  const first = glance(client);
  const { id } = await begin(stage, first);
  await goOn(stage, id, WRONG);
  await takeBack(stage, id, TITLE);
  await goOn(stage, id, BETTER);
  const title = client.takeBack.names ? TITLE : null;
  return expectedSession(id, { scene: "taken back, then on", chapters: [first, BETTER], title });
};

/** A client may keep its files by the minute: one that resumes in another minute than it began in. */
const resumedLater: Scene = async (stage) => {
  if (!stage.client.records.filesByMinute) return null;
  const first = glance(stage.client);
  const { id } = await begin(stage, first);
  await nextMinute();
  await goOn(stage, id, BETTER);
  return expectedSession(id, { scene: "resumed later", chapters: [first, BETTER] });
};

async function nextMinute(): Promise<void> {
  await setTimeout(60_000 - (Date.now() % 60_000));
}

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
  takenBack,
  takenBackAndOn,
  resumedLater,
  story,
];
