import type { Config } from "../../schema/config.ts";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line, Report } from "../../schema/report.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import type { Measuring } from "../git/facts.ts";
import type { Redactor } from "../privacy/redact.ts";

/** Everything that a command may know about the world outside. Set once at the door. */
export interface World {
  cwd: string;
  home: string;
  env: Record<string, string | undefined>;
  now: () => Date;
  /** True when a person is looking: progress, pickers and pagers only then. */
  interactive: boolean;
  /** Talk while the work goes on (stderr). Redacted before it is printed. */
  say(line: Line): void;
  /** Aborted by Ctrl-C, and when somebody ends the process or closes its terminal. */
  signal: AbortSignal;
  /**
   * Shows on the person's terminal that work is going on, with its seconds, until the answered function is called.
   * Shows nothing where nobody looks, with `--quiet` and with `--json`. Redacted before it is shown.
   */
  working(what: string): () => void;
  /**
   * Calls `handler` when the person presses `key`, which is named beside the progress: "s skips the checks". Does
   * nothing where nobody can press one. Call what it answers when the key means nothing any more.
   */
  offerKey(key: string, what: string, handler: () => void): () => void;
  /** True when somebody would have to type what `stdin` gives. */
  stdinIsTerminal: boolean;
  /** Standard input, as it comes. */
  stdin: AsyncIterable<Uint8Array>;
  /**
   * Writes a piece of a long answer to standard output at once, and waits while the reader is slow. Answers false
   * when nobody reads any more. The report's own lines come after all pieces. Bytes are written as they are; in
   * text, control characters are escaped.
   */
  write(piece: Redacted<string> | Redacted<Uint8Array>, options?: { paged: boolean }): Promise<boolean>;
  /** Lets the person choose, with a search; null when they would rather not. Only while `interactive`. */
  pick(question: string, choices: Redacted<readonly Choice[]>): Promise<string | null>;
  /** Does `work` when the report has been printed, such as giving the terminal to an agent; its answer is the exit code. */
  afterwards(work: () => Promise<number>): void;
  /** Every verb that there is, for the one that completes them. */
  commands: Readonly<Record<string, CommandEntry>>;
  /** The repository here and what git says of it, begun once. `measureAgain` looks anew. */
  measuring(): Measuring;
  /** The effective configuration here, read once. Throws `UserError` that names every fault in it. */
  config(): Promise<Config>;
  /** Every agent that can be named here, those of allowed plugins with their code loaded. Found out once. */
  agents(): Promise<AgentAdapter[]>;
  /** Hides what must not leave: knows the secrets of this place. Made once. */
  redactor(): Promise<Redactor>;
}

/** One thing to choose. A long `label` is cut, `note` after it is not; `about` is shown while it is pointed at. */
export interface Choice {
  value: string;
  label: string;
  note?: string;
  about: string;
}

export interface ArgumentSpec {
  name: string;
  about: string;
  required: boolean;
  /** Takes all remaining words. */
  rest?: boolean;
}

/** For commands that write or print what an agent and a person said. */
export const NO_REDACT: OptionSpec = {
  flags: "--no-redact",
  about: "hide no secrets, this once: everything is written and shown as it is",
};

export interface OptionSpec {
  /** commander's own notation: `--task <text>`, `--dry-run`, `-n, --last <n>`, `--no-github`. */
  flags: string;
  about: string;
  choices?: readonly string[];
  /** May be given more than once; its value is a list. */
  repeatable?: boolean;
}

/** What every command takes, beside its own. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { flags: "--json", about: "print one JSON object" },
  { flags: "-q, --quiet", about: "print the answer alone, no talk" },
];

/** What was typed, parsed: arguments by position, options by camelCase name. */
export interface Input {
  args: string[];
  options: Record<string, unknown>;
  /** True when the answer is to be one JSON object: then nothing is written in pieces. */
  json: boolean;
}

export interface CommandEntry {
  /** One line for `baton --help`. */
  about: string;
  /** What takes longest of all, and needs nothing of the command: begun before the command's code is loaded. */
  begin?(cwd: string, env: Record<string, string | undefined>): Measuring;
  /** Loads the command's code; nothing of it is read before it is needed. */
  load(): Promise<{ command: Command }>;
}

/**
 * One verb. It composes the rooms and answers with a Report; it never prints and never exits.
 * A new command is one file that exports this as `command`, and one line in `index.ts`.
 */
export interface Command {
  arguments: readonly ArgumentSpec[];
  options: readonly OptionSpec[];
  /** Lines for the end of `--help`, such as examples. */
  examples?: readonly string[];
  run(input: Input, world: World): Promise<Report>;
}
