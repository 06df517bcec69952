import type { Todo } from "../../../schema/transcript.ts";
import type { SayTurn, Turn } from "./script.ts";
import type { Chapter } from "./story.ts";

/** `expected.json` beside a fixture: what any reader must find in it. */
export interface ExpectedFixture {
  agent: string;
  version: string;
  /** The repository's folder in the records. */
  cwd: string;
  /** Null where the client records none. */
  branch: string | null;
  model: string;
  /** Oldest first: the last one is the newest. */
  sessions: ExpectedSession[];
}

/** What the end of a session looks like to a reader. */
export type End = "complete" | "rate-limit" | "error" | "stopped" | "killed";

export interface ExpectedSession {
  scene: string;
  id: string;
  /** The title that was given on the command line, where the records tell it from one that was made; else null. */
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
  end: End;
  /** Summaries of compactions. Absent where the client wraps them in words of its own. */
  summaries?: string[];
}

export interface Outline {
  scene: string;
  chapters: Chapter[];
  title?: string | null;
  todos?: Todo[];
  end?: End;
}

/** What the chapters of a session leave in its transcript. */
export function expectedSession(id: string, outline: Outline): ExpectedSession {
  const { scene, chapters, title = null, todos = [], end = "complete" } = outline;
  const said = chapters.flatMap(({ turns }) => turns).filter(isSaid);
  const calls = said.flatMap((turn) => turn.calls ?? []);
  return {
    scene,
    id,
    customTitle: title,
    asks: chapters.map(({ ask }) => ask),
    replies: said.map(({ text }) => text),
    reasoning: said.flatMap(({ reasoning }) => reasoning ?? []),
    tools: calls.map(({ tool }) => tool),
    todos,
    end,
  };
}

function isSaid(turn: Turn): turn is SayTurn {
  return turn.kind === "say";
}
