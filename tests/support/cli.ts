import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line, Report } from "../../schema/report.ts";
import { isUserError, type UserError } from "../../scripts/base/errors.ts";
import { parseArguments } from "../../scripts/cli/parse.ts";
import { renderLines, styleFor } from "../../scripts/cli/print.ts";
import { COMMANDS } from "../../scripts/commands/index.ts";
import { runCommand } from "../../scripts/commands/run.ts";
import { bundle } from "./bundle.ts";
import { ORDINARY_USER } from "./ordinary-user.ts";
import type { Repo } from "./repo.ts";

/** When commands run in tests, unless a test says otherwise. */
export const NOW = new Date("2026-01-05T12:30:00Z");

/** What a command answered, as a person and a script would see it. */
export interface Answer {
  code: number;
  /** The answer as it is printed, without colours. */
  out: string;
  /** The same as data. */
  lines: readonly Line[];
  /** The talk. */
  talk: string;
  /** What `--json` prints, without its frame. */
  data: Record<string, unknown>;
  /** The whole report, for what depends on the terminal. */
  report: Report;
}

export interface RunOptions {
  cwd?: string;
  home?: string;
  env?: Record<string, string | undefined>;
  now?: Date;
  signal?: AbortSignal;
  offerKey?: (key: string, what: string, handler: () => void) => () => void;
  stdin?: string | Uint8Array;
}

/** Runs a command here in this process, from its arguments to its printed lines. Throws what the command throws. */
export async function run(here: Repo, argv: readonly string[], options: RunOptions = {}): Promise<Answer> {
  const [name = "", ...rest] = argv;
  const entry = COMMANDS[name];
  if (entry === undefined) throw new Error(`no command ${name}`);
  const { command } = await entry.load();
  const parsed = parseArguments(name, entry.about, command, rest);
  if ("help" in parsed) {
    const report = { ok: true, exitCode: 0, lines: [], notices: [], data: {} };
    return { code: 0, out: parsed.help, lines: [], talk: "", data: {}, report };
  }
  let talk = "";
  let written = "";
  const outcome = await runCommand(command, parsed.input, {
    cwd: options.cwd ?? here.root,
    home: options.home ?? here.env.HOME ?? "",
    env: { ...here.env, ...options.env },
    now: () => options.now ?? NOW,
    interactive: false,
    stdinIsTerminal: false,
    signal: options.signal ?? new AbortController().signal,
    working: () => () => {},
    offerKey: options.offerKey ?? (() => () => {}),
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    write: async (piece) => {
      written += typeof piece === "string" ? piece : Buffer.from(piece).toString("utf8");
      return true;
    },
    pick: async () => null,
    commands: COMMANDS,
    async print(line) {
      const text = await printed([line]);
      talk += text;
    },
  });
  const report: Report = outcome.report;
  return {
    code: report.exitCode,
    out: written + (await printed(report.lines)),
    lines: report.lines,
    talk: talk + (await printed(report.notices)),
    data: report.data,
    report,
  };
}

/** The answer as a terminal of so many columns shows it. */
export async function onTerminal({ report }: Answer, columns: number): Promise<string[]> {
  const style = styleFor({ isTTY: true, columns }, { NO_COLOR: "1" });
  const lines = report.lines as unknown as Redacted<Line[]>;
  return (await renderLines(lines, style)).trimEnd().split("\n");
}

function printed(lines: readonly Line[]): Promise<string> {
  return renderLines(lines as unknown as Redacted<Line[]>, styleFor({}, { NO_COLOR: "1" }));
}

/** The `UserError` that a command refuses with. Fails when it does anything else. */
export async function refusal(
  here: Repo,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<UserError> {
  try {
    await run(here, argv, options);
  } catch (error) {
    if (isUserError(error)) return error;
    throw error;
  }
  throw new Error(`baton ${argv.join(" ")} was not refused`);
}

export interface DoorAnswer {
  code: number | null;
  out: string;
  err: string;
}

export interface DoorOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  asOrdinaryUser?: boolean;
  /** Called with the running process, such as to send it a signal. */
  watch?: (child: ChildProcess) => void;
}

/** Runs a door, `scripts/session-<name>.ts`, in a process of its own. */
export async function door(
  here: Repo,
  argv: readonly string[],
  options: DoorOptions = {},
): Promise<DoorAnswer> {
  const [name = "", ...rest] = argv;
  const doors = Object.keys(COMMANDS).map((verb) => `scripts/session-${verb}.ts`);
  const folder = await bundle("scripts/baton.ts", ...doors);
  const script = join(folder, `${name === "baton" ? name : `session-${name}`}.mjs`);
  return program(here, process.execPath, [script, ...rest], options);
}

/** Runs a program to its end. */
export function program(
  here: Repo,
  command: string,
  args: readonly string[],
  options: DoorOptions = {},
): Promise<DoorAnswer> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? here.root,
    env: { ...here.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.asOrdinaryUser === true ? ORDINARY_USER : {}),
  });
  const answer: DoorAnswer = { code: null, out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    answer.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    answer.err += text;
  });
  options.watch?.(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...answer, code }));
  });
}
