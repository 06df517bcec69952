import { Readable } from "node:stream";
import type { Line, Report } from "../../../schema/report.ts";
import type { World } from "../command.ts";
import { runCommand } from "../run.ts";
import type { Stage } from "./stage.ts";

/** A command as it was typed, and what it answered. */
export interface Scene {
  typed: string;
  /** The answer without the talk, as in a pipe. */
  lines: Line[];
  data: Report["data"];
}

/**
 * Runs a command on the stage as the command line would: the same code, with the stage's folder, home and environment in
 * place of the person's. `argv` must hold no options but `--json`. Throws what the command throws.
 */
export async function play(argv: readonly string[], stage: Stage, world: World): Promise<Scene> {
  const [verb = "", ...args] = argv.filter((word) => word !== "--json");
  const entry = world.commands[verb];
  if (entry === undefined) throw new Error(`There is no command ${verb}`);
  const { command } = await entry.load();
  const written: Line[] = [];
  const { report } = await runCommand(
    command,
    { args, options: {}, json: argv.includes("--json") },
    {
      cwd: stage.root,
      home: stage.home,
      env: stage.env,
      now: world.now,
      signal: world.signal,
      commands: world.commands,
      // Nobody is asked anything, and Ctrl-C stops the whole demonstration.
      interactive: false,
      stdinIsTerminal: false,
      stdin: Readable.from([]),
      pick: async () => null,
      working: () => () => {},
      offerKey: () => () => {},
      print: () => {},
      async write(piece) {
        written.push({ kind: "raw", text: Buffer.from(piece).toString("utf8") });
        return true;
      },
    },
  );
  return { typed: `baton ${argv.join(" ")}`, lines: [...written, ...report.lines], data: report.data };
}
