import type { Drift } from "./drift.ts";
import type { Reason, SessionState } from "./session-state.ts";

/** Everything that a brief is written from. */
export interface BriefRequest {
  state: SessionState;
  /** Null where nothing could be compared. */
  drift: Drift | null;
  /** As people write them, such as `Claude Code`. */
  fromLabel: string;
  /** Null when it is not known who will read it. */
  toLabel: string | null;
  reason: Reason | null;
  why: string | null;
  /** The reader's own session that the conversation was carried over into; null where it was not. */
  carriedOverInto: string | null;
  /** Mustache template, Markdown. */
  template: string;
  /** The parts that a template can take in with `{{> name}}`. */
  parts: Readonly<Record<string, string>>;
  /** UTF-16 code units of the whole brief at most. */
  maxChars: number;
  now: Date;
}

export interface Brief {
  text: string;
  /** What had to be left out to keep the limit, in words; empty when all of it is there. */
  cut: string[];
}
