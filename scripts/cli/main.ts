import { homedir } from "node:os";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line, Report } from "../../schema/report.ts";
import { EXIT, EXIT_CODES_HELP, isUserError, UserError } from "../base/errors.ts";
import { packageVersion } from "../base/package.ts";
import { escapeControls, nearest } from "../base/text.ts";
import type { CommandEntry, World } from "../commands/command.ts";
import { COMMANDS } from "../commands/index.ts";
import type { Outside } from "../commands/shared/world.ts";
import { asTyped, linesAsTyped, wayHere } from "./as-typed.ts";
import type { Parsed } from "./parse.ts";
import { terminal } from "./terminal.ts";

type Printer = typeof import("./print.ts");

/** The version of the JSON that `--json` prints. */
const JSON_VERSION = 1;

/** The door of one command: `session-save.ts` and its like. Sets the process's exit code. */
export async function runDoor(name: string, argv: readonly string[]): Promise<void> {
  const wantsJson = argv.includes("--json");
  try {
    process.exitCode = await runNamed(name, argv);
  } catch (error) {
    process.exitCode = isUserError(error) ? error.code : EXIT.failed;
    if (wantsJson) printJson(name, false, errorData(error));
    else process.stderr.write(`${describeError(error)}\n`);
  }
}

/** The door of the `baton` command: the first word says which. */
export async function runBaton(argv: readonly string[]): Promise<void> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    process.stdout.write(overview());
    return;
  }
  if (name === "help") return runDoor(rest[0] ?? "", ["--help"]);
  await runDoor(name, rest);
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
    process.stdout.write(parsed.help);
    return EXIT.done;
  }
  const screen = terminal();
  // Loaded while the command waits for git: it is needed last.
  const loading = import("./print.ts");
  const { runCommand } = await running;
  const { report, afterwards } = await runCommand(command, parsed.input, {
    ...place,
    ...outside(parsed, screen, loading),
  });
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
  if (entry === undefined) throw unknownCommand(name);
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
  loading: Promise<Printer>,
) {
  return {
    now: () => new Date(),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true && !json,
    ...interrupts(),
    stdinIsTerminal: process.stdin.isTTY === true,
    stdin: process.stdin,
    write: screen.write,
    pick: screen.pick,
    commands: COMMANDS,
    prints: json ? ("data" as const) : ("lines" as const),
    async print(line: Redacted<Line>) {
      if (quiet || json) return;
      const { renderLines, styleFor } = await loading;
      process.stderr.write(
        await renderLines([line] as unknown as Redacted<Line[]>, styleFor(process.stderr, process.env)),
      );
    },
  };
}

/**
 * Ctrl-C asks the command to stop, unless the work under way takes it for itself; one more stops the process where it is.
 * Whoever ends the process from outside, or closes its terminal, means all of it.
 */
function interrupts(): Pick<World, "signal" | "onInterrupt"> {
  const controller = new AbortController();
  const handlers = new Set<() => void>();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new UserError("Interrupted.", "Run the same command again.", EXIT.interrupted));
  };
  process.on("SIGINT", () => {
    const [handler] = handlers;
    if (handler === undefined) return stop();
    handlers.delete(handler);
    handler();
  });
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  return {
    signal: controller.signal,
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
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
  process.stdout.write(
    await renderLines(
      linesAsTyped(report.lines as Redacted<Line[]>, process.env),
      styleFor(process.stdout, process.env),
    ),
  );
  if (!quiet)
    process.stderr.write(
      await renderLines(
        linesAsTyped(report.notices as Redacted<Line[]>, process.env),
        styleFor(process.stderr, process.env),
      ),
    );
}

function printJson(name: string, ok: boolean, data: Record<string, unknown>): void {
  const json = JSON.stringify({ schema_version: JSON_VERSION, command: name, ok, ...data }, null, 2);
  process.stdout.write(`${json.replace(LATE_CONTROLS, escapeInJson)}\n`);
}

// Controls that JSON lets stand as they are, and a terminal may obey.
const LATE_CONTROLS = /[\u007f-\u009f]/g;

function escapeInJson(char: string): string {
  return `\\u00${char.charCodeAt(0).toString(16)}`;
}

function errorData(error: unknown): Record<string, unknown> {
  if (isUserError(error)) {
    return { error: { ...error.details, message: error.message, fix: error.fix, code: error.code } };
  }
  return { error: { message: String(error), code: EXIT.failed, version: packageVersion() } };
}

function describeError(error: unknown): string {
  if (isUserError(error)) {
    const fix = error.fix === "" ? "" : `\n   ${asTyped(error.fix, wayHere(process.env))}`;
    return escapeControls(`❌ ${error.message}${fix}`);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return escapeControls(
    `❌ Baton ${packageVersion()} has failed, and the fault is its own:\n\n${stack}\n\nTo report it, with the lines above: npm bugs agent-baton`,
  );
}

function unknownCommand(name: string): UserError {
  if (name.startsWith("-")) {
    return new UserError("The command comes first.", `Such as: baton save claude ${name}`, EXIT.usage);
  }
  const near = nearest(name, Object.keys(COMMANDS));
  return new UserError(
    `There is no command "${name}".`,
    `${near === null ? "" : `Did you mean ${near}? `}All commands: baton --help`,
    EXIT.usage,
  );
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const commands = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return `Baton ${packageVersion()}: switch between AI coding agents in the middle of a task and lose nothing.

Usage: baton <command> [arguments]

${commands.join("\n")}

  baton <command> --help tells what a command takes. Every command takes --json and --quiet.
${EXIT_CODES_HELP}`;
}
