import type { Todo } from "../../../schema/transcript.ts";
import type { SayTurn, Turn } from "./script.ts";
import { type Chapter, HELPER_ASK } from "./story.ts";

/** `expected.json` beside a fixture: what any reader must find in it. */
export interface ExpectedFixture {
  agent: string;
  version: string;
  /** The repository's folder in the records. */
  cwd: string;
  branch: string;
  model: string;
  /** Oldest first: the last one is the newest. */
  sessions: ExpectedSession[];
}

export interface ExpectedSession {
  scene: string;
  id: string;
  /** The title that was given on the command line, where the client takes one; else null. */
  customTitle: string | null;
  /** What the person asked, in order. */
  asks: string[];
  /** What the assistant said, in order. */
  replies: string[];
  reasoning: string[];
  /** The client's own names of the tools that were called, in order. */
  tools: string[];
  /** The todo list as it is at the end. */
  todos: Todo[];
  /** What the subagent was asked and said: of another session, not of this one. */
  helper: string[];
  /** What was said in turns that the person took back. */
  takenBack: string[];
  /** The summaries that stand for what was said before, and how many asks came before the first. */
  compactions: string[];
  asksBeforeCompaction: number;
  /** How the session ends when it was cut off. */
  end: "complete" | "rate-limit" | "killed";
}

export interface Outline {
  scene: string;
  chapters: Chapter[];
  takenBack?: Chapter[];
  todos?: Todo[];
  end?: ExpectedSession["end"];
  compactions?: string[];
  asksBeforeCompaction?: number;
}

/** What the chapters of a session leave in its transcript. */
export function expectedSession(id: string, customTitle: string | null, outline: Outline): ExpectedSession {
  const { scene, chapters, takenBack = [], todos = [], end = "complete" } = outline;
  const { compactions = [], asksBeforeCompaction = 0 } = outline;
  const said = chapters.flatMap(({ turns }) => turns).filter((turn): turn is SayTurn => turn.kind === "say");
  return {
    scene,
    id,
    customTitle,
    asks: chapters.map(({ ask }) => ask),
    replies: said.map(({ text }) => text),
    reasoning: said.flatMap(({ reasoning }) => reasoning ?? []),
    tools: said.flatMap(({ calls }) => (calls ?? []).map(({ tool }) => tool)),
    todos,
    end,
    helper: chapters.flatMap(({ helper }) => (helper === undefined ? [] : [HELPER_ASK, ...texts(helper)])),
    takenBack: takenBack.flatMap(({ ask, turns }) => [ask, ...texts(turns)]),
    compactions,
    asksBeforeCompaction,
  };
}

function texts(turns: readonly Turn[]): string[] {
  return turns.flatMap((turn) => (turn.kind === "say" ? [turn.text] : []));
}
