/** Prints the sessions of the current folder that Codex would offer to a person: `codex-list.ts <program>`. */
import { startCodexServer } from "./codex-server.ts";

const [, , program = ""] = process.argv;
const server = await startCodexServer(program);
const threads = await server.ask("thread/list", { cwd: process.cwd() });
process.stdout.write(`${JSON.stringify(threads)}\n`);
server.stop();
