import type { Span } from "./span.ts";

/** Looks for one kind of secret, and only where one of its literals stands. */
export interface Detector {
  /** Literals in lower case, found without regard to case. */
  near: readonly string[];
  /** Looks around a literal that begins at `at`. Answers up to where it has seen enough: no further look begins before that. */
  look(text: string, at: number, report: (span: Span) => unknown): number;
}
