/** Saves or hands over again and again, as many times as told or until it is killed: `saver <root> <times> <words…>`. */
import { once } from "node:events";
import { Readable } from "node:stream";
import { parseArguments } from "../../scripts/cli/parse.ts";
import { COMMANDS } from "../../scripts/commands/index.ts";
import { runCommand } from "../../scripts/commands/run.ts";

const [root = "", times = "", name = "", ...words] = process.argv.slice(2);
const entry = COMMANDS[name];
if (entry === undefined) throw new Error(`no command ${name}`);
const { command } = await entry.load();

for (let i = 0; i < Number(times); i++) {
  const parsed = parseArguments(name, entry.about, command, words);
  if ("help" in parsed) throw new Error("asked for help");
  await runCommand(command, parsed.input, {
    cwd: root,
    home: `${root}-home`,
    env: process.env,
    // Each state has a time of its own, so that a test can tell which ones belong together.
    now: () => new Date(Date.UTC(2026, 0, 1) + process.pid * 1000 * 1000 + i * 1000),
    interactive: false,
    stdinIsTerminal: false,
    signal: new AbortController().signal,
    working: () => () => {},
    offerKey: () => () => {},
    stdin: Readable.from([]),
    write: async () => true,
    pick: async () => null,
    commands: COMMANDS,
    print() {},
  });
  if (!process.stdout.write(".")) await once(process.stdout, "drain");
}
