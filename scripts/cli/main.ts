import { homedir } from "node:os";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line, Report } from "../../schema/report.ts";
import { EXIT, EXIT_CODES_HELP, isUserError, UserError } from "../base/errors.ts";
import { packageVersion } from "../base/package.ts";
import { guardStdout } from "../base/stdout.ts";
import { escapeControls } from "../base/text.ts";
import type { CommandEntry } from "../commands/command.ts";
import { COMMANDS } from "../commands/index.ts";
import type { Outside } from "../commands/shared/world.ts";
import { asTyped, linesAsTyped, wayHere } from "./as-typed.ts";
import type { Parsed } from "./parse.ts";
import { type Progress, progress } from "./progress.ts";
import { terminal } from "./terminal.ts";

type Printer = typeof import("./print.ts");

/** The version of the JSON that `--json` prints. */
const JSON_VERSION = 1;

/** The door of one command: `session-save.ts` and its like. Sets the process's exit code. */
export async function runDoor(name: string, argv: readonly string[]): Promise<void> {
  guardStdout();
  try {
    process.exitCode = await runNamed(name, argv);
  } catch (error) {
    process.exitCode = isUserError(error) ? error.code : EXIT.failed;
    if (asksFor(argv, "--json")) printJson(name, false, errorData(error));
    else process.stderr.write(await describeError(error));
  }
}

/** The door of the `baton` command: the first word says which. The options of every command may come before it. */
export async function runBaton(argv: readonly string[]): Promise<void> {
  guardStdout();
  const at = argv.findIndex((word) => !["--json", "--quiet", "-q"].includes(word));
  const common = at === -1 ? argv : argv.slice(0, at);
  const [name = "help", ...rest] = at === -1 ? [] : argv.slice(at);
  const words = [...common, ...rest];
  if (/^(-v|-V|--version)$/.test(name)) {
    const version = packageVersion();
    if (asksFor(words, "--json")) printJson("version", true, { version });
    else process.stdout.write(`${version}\n`);
  } else if (/^(help|--help|-h)$/.test(name)) {
    const about = rest.find((word) => !word.startsWith("-"));
    if (about !== undefined) return runDoor(about, ["--help", ...words.filter((word) => word !== about)]);
    await printHelp("help", overview(), asksFor(words, "--json"));
  } else {
    await runDoor(name, words);
  }
}

/** Words after two dashes are arguments, whatever they look like. */
function asksFor(argv: readonly string[], option: string): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes(option);
}

async function printHelp(name: string, help: string, isJson: boolean): Promise<void> {
  if (isJson) return printJson(name, true, { help });
  const { renderHelp, styleFor } = await import("./print.ts");
  process.stdout.write(renderHelp(help, styleFor(process.stdout, process.env)));
}

async function runNamed(name: string, argv: readonly string[]): Promise<number> {
  const place = { cwd: currentFolder(), home: homedir(), env: process.env };
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const begun = entry?.begin?.(place.cwd, place.env) ?? null;
  try {
    return await runEntry(name, entry, argv, { ...place, begun });
  } finally {
    begun?.stop();
  }
}

async function runEntry(
  name: string,
  entry: CommandEntry | undefined,
  argv: readonly string[],
  place: Pick<Outside, "cwd" | "home" | "env" | "begun">,
): Promise<number> {
  const running = import("../commands/run.ts");
  const { command, parsed } = await understand(name, entry, argv).catch(async (error: unknown) => {
    const { redactEarlyError } = await running;
    throw await redactEarlyError(error, place);
  });
  if ("help" in parsed) {
    await printHelp(name, parsed.help, asksFor(argv, "--json"));
    return EXIT.done;
  }
  const screen = terminal();
  const { input, quiet } = parsed;
  const going = progress(process.stderr.isTTY === true && !quiet && !input.json);
  // Loaded while the command waits for git: it is needed last.
  const loading = import("./print.ts");
  const { runCommand } = await running;
  const { report, afterwards } = await runCommand(command, input, {
    ...place,
    ...outside(parsed, screen, going, loading),
  }).finally(() => going.stop());
  await screen.finish();
  await printReport(name, report, parsed, await loading);
  if (afterwards === null) return report.exitCode;
  // From here on Ctrl-C is for the program that has the terminal.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.removeAllListeners(signal).on(signal, () => {});
  return afterwards();
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UserError(
      "The folder that you are in no longer exists.",
      "Go to your project: cd …",
      EXIT.failed,
    );
  }
}

async function understand(name: string, entry: CommandEntry | undefined, argv: readonly string[]) {
  if (entry === undefined) throw (await import("../commands/unknown.ts")).unknownCommand(name, COMMANDS);
  const [{ command }, { parseArguments }, { verifyNoLostFlags }] = await Promise.all([
    entry.load(),
    import("./parse.ts"),
    import("./npm-flags.ts"),
  ]);
  verifyNoLostFlags(command, argv, process.env);
  return { command, parsed: parseArguments(name, entry.about, command, argv) };
}

function outside(
  { input: { json }, quiet }: Parsed,
  screen: ReturnType<typeof terminal>,
  { working, offerKey, beside }: Progress,
  loading: Promise<Printer>,
) {
  return {
    now: () => new Date(),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true && !json,
    signal: interruption(),
    working,
    offerKey,
    stdinIsTerminal: process.stdin.isTTY === true,
    stdin: process.stdin,
    write: screen.write,
    pick: screen.pick,
    commands: COMMANDS,
    prints: json ? ("data" as const) : ("lines" as const),
    async print(line: Redacted<Line>) {
      if (quiet || json) return;
      const { renderLines, styleFor } = await loading;
      const text = await renderLines(
        [line] as unknown as Redacted<Line[]>,
        styleFor(process.stderr, process.env),
      );
      beside(() => process.stderr.write(text));
    },
  };
}

/**
 * Aborted by Ctrl-C, and when somebody ends the process from outside or closes its terminal: the command stops and takes
 * back what it has begun. One more stops the process where it is.
 */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new UserError("Interrupted.", "Run the same command again.", EXIT.interrupted));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return controller.signal;
}

async function printReport(
  name: string,
  report: Redacted<Report>,
  { input: { json }, quiet }: Parsed,
  { renderLines, styleFor }: Printer,
): Promise<void> {
  if (json) {
    printJson(name, report.ok, report.data);
    return;
  }
  const { env, stdout, stderr } = process;
  if (quiet) {
    if (report.answer === undefined)
      stdout.write(
        await renderLines(linesAsTyped(report.lines as Redacted<Line[]>, env), styleFor(stdout, env)),
      );
    else stdout.write(`${escapeControls(asTyped(report.answer, wayHere(env)))}\n`);
    return;
  }
  // The talk comes first: the last line on the screen is the one that the person needs.
  stderr.write(
    await renderLines(linesAsTyped(report.notices as Redacted<Line[]>, env), styleFor(stderr, env)),
  );
  stdout.write(await renderLines(linesAsTyped(report.lines as Redacted<Line[]>, env), styleFor(stdout, env)));
}

function printJson(name: string, ok: boolean, data: Record<string, unknown>): void {
  const json = JSON.stringify({ schema_version: JSON_VERSION, command: name, ok, ...data }, null, 2);
  process.stdout.write(`${json.replace(UNSAFE_IN_JSON, escapeInJson)}\n`);
}

// What JSON lets stand as it is, and a terminal may obey: late controls, and marks that change the direction of text.
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escapeInJson(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function errorData(error: unknown): Record<string, unknown> {
  if (isUserError(error)) {
    return { error: { ...error.details, message: error.message, fix: error.fix, code: error.code } };
  }
  return { error: { message: String(error), code: EXIT.failed, version: packageVersion() } };
}

async function describeError(error: unknown): Promise<string> {
  if (isUserError(error)) {
    const { renderError, styleFor } = await import("./print.ts");
    const fix = error.fix === "" ? "" : asTyped(error.fix, wayHere(process.env));
    return renderError(error.message, fix, styleFor(process.stderr, process.env));
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${escapeControls(
    `❌ Baton ${packageVersion()} has failed, and the fault is its own:\n\n${stack}\n\nReport it, with the lines above, where you have Baton from.`,
  )}\n`;
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const commands = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return `Baton ${packageVersion()}: switch between AI coding agents in the middle of a task and lose nothing.

Usage: baton <command> [arguments]

${commands.join("\n")}

  baton <command> --help shows what a command takes, with examples.
  Every command takes --json and --quiet (-q). baton --version (-v) prints the version.
${EXIT_CODES_HELP}`;
}
