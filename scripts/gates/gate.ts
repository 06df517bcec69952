import type { RuleConfig } from "../../schema/config.ts";
import type { GateResult, Violation } from "../../schema/session-state.ts";

/** An argv array runs without a shell; a string is run by the shell. */
export type CommandLine = string | readonly string[];

/** A command whose exit code is the answer: 0 passes. */
export interface GateCommand {
  command: CommandLine;
  /** What is run, as people call it, where the command line itself does not name it. */
  label?: string;
  /** The folder that it runs in, relative to the project's root; absent: the root. */
  folder?: string;
  /** Exit codes by which the program says that there was nothing to check, and what that means. */
  nothingToDo?: Readonly<Record<number, string>>;
}

/** A check that Baton does itself. */
export interface GateCheck {
  /** What is checked, in words. Two checks that could come to different results differ in it. */
  describes: string;
  /** The same of a wider check: where that one passed, this one passes too. */
  impliedBy?: string;
  /** Throws the signal's reason when it is aborted. */
  run(signal: AbortSignal): Promise<CheckOutcome>;
}

export interface CheckOutcome {
  result: Extract<GateResult, "pass" | "fail" | "skipped">;
  reason?: string;
  violations?: Violation[];
  /** True counts, where `violations` had to be cut. */
  violationTotals?: { STRICT: number; FLEXIBLE: number };
}

/** There is nothing here that the gate could do; the reason says what it looked for. */
export interface Skipped {
  skipped: string;
  /** False where a project of this kind has no such gate: then nobody needs to hear of it. */
  applies?: false;
}

export type Found = GateCommand | GateCheck | Skipped;

/**
 * One kind of gate. A new one is a file that exports this, and one line in `index.ts`.
 * `find` says how the gate is run in a project, and runs nothing.
 */
export interface Gate {
  name: string;
  find(project: Project): Found;
}

/** What a gate may know about a project in order to find its command. */
export interface Project {
  /** Absolute path of the root. */
  root: string;
  /** Names of the files and folders in the root. */
  names: ReadonlySet<string>;
  /** The scripts of package.json. */
  scripts: Readonly<Record<string, string>>;
  /** Names of the files in `tests` and `test`. */
  testNames: ReadonlySet<string>;
  /** The package that the person is in, where that is not the root itself; its scripts come first. */
  package: { folder: string; scripts: Readonly<Record<string, string>> } | null;
  /** What runs a script of package.json, by the lock file. */
  scriptRunner: "npm" | "pnpm" | "yarn" | "bun";
  /** Programs installed in the project itself (node_modules, a Python environment): name → path from the root. */
  programs: ReadonlyMap<string, string>;
  /** Texts of files in the root that say how something is run, such as a Makefile: name → text. */
  texts: ReadonlyMap<string, string>;
  rules: RuleSetting;
}

/** The rules in force, and the files that they are held against. */
export interface RuleSetting {
  rules: readonly RuleConfig[];
  /** Which files `files` gives, in words that follow "on", such as `files changed since 834eb38`. */
  scope: string;
  /** The same of a wider set of files, where there is one. */
  widerScope?: string;
  /** Paths relative to the root. */
  files(): Promise<string[]>;
  /**
   * Of the same files, those that have a line which matches one of the Perl-compatible regular expressions,
   * byte by byte. Null where that cannot be told. Absent where `files` are so few that reading them is quicker.
   */
  filesWith?(patterns: readonly string[], signal: AbortSignal): Promise<string[] | null>;
}
