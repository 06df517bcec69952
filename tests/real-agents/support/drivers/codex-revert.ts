/** Names a Codex session and takes its last turn back: `codex-revert.ts <program> <id> <name>`. */
import { at } from "../json.ts";
import { startCodexServer } from "./codex-server.ts";

const [, , program = "", threadId = "", name = ""] = process.argv;
const server = await startCodexServer(program);
await server.ask("thread/resume", { threadId, excludeTurns: true });
await server.ask("thread/name/set", { threadId, name });
const turns = await server.ask("thread/turns/list", { threadId, limit: 1 });
await server.ask("thread/revert", { threadId, beforeTurnId: at(turns, "data", 0, "id") });
server.stop();
