import type { Asked, Priority, StepsSource, TaskStatus } from "./session-state.ts";

/** What the person said on the command line about the task. Absent means: nothing was said about it. */
export interface Said {
  task?: string;
  status?: TaskStatus;
  priority?: Priority;
  estimate?: string;
  spent?: string;
  next?: string[];
  notes?: string[];
  provider?: string;
}

/** What the agent's own record tells about the task. Null or empty where it tells nothing. */
export interface Learned {
  description: string | null;
  status: TaskStatus | null;
  /** What the person asked, in order. */
  asked: LearnedAsks;
  /** Null where the agent kept no list and stated no plan; empty where all of its list is done. */
  nextSteps: string[] | null;
  /** What the steps are: whichever was recorded last. Null where there are none. */
  stepsFrom: StepsSource | null;
  /** How often the person asked for something since the steps were recorded. */
  askedSinceSteps: number;
  /** When the steps last changed; ISO 8601, UTC. */
  stepsAt: string | null;
  completedSteps: string[];
  timeSpent: string | null;
  startedAt: string | null;
  /** When the session was last worked on; ISO 8601, UTC. */
  activeAt: string | null;
  model: string | null;
  provider: string | null;
  tokens: { input: number; output: number; total: number } | null;
  agentSessionId: string | null;
  /** The branch that the record names last. */
  branch?: string | null;
  /** The agent's sessions that this one continues: it was resumed or forked from them, as its record says. */
  continues: string[];
  /** The commit that was checked out when the session began, where the agent recorded it. */
  head?: string | null;
  filesTouched: string[];
  filesRead: string[];
  tried: { what: string; said?: string; at?: string }[];
  notes: string[];
  /** What cut the session off; null when it came to its end. */
  cutOff: "rate_limit" | "error" | "user" | "open_call" | null;
  /** The limit that cut the session off; null when none did. */
  limit: Limit | null;
}

/** The person's asks that a session holds: the first and the last ten, with true counts. */
export interface LearnedAsks {
  listed: Asked[];
  total: number;
  /** How many of them were said in another session, from which the conversation was carried over. */
  imported: number;
  /** Whether the agent said or did anything in this session. */
  hasAnswer: boolean;
}

export interface Limit {
  /** The agent's own words about it. */
  said: string;
  /** When it ends, as ISO 8601, UTC; null where the agent does not say so in a form that is known. */
  resetsAt: string | null;
}
