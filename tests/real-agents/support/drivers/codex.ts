/** Names a Codex session and takes its last turn back, through Codex's own server: `codex.ts <program> <id> <name>`. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { at, isObject } from "../json.ts";

const [, , program = "", threadId = "", name = ""] = process.argv;
const server = spawn(program, ["app-server"], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map<unknown, (message: unknown) => void>();

createInterface(server.stdout).on("line", (line) => {
  const message: unknown = JSON.parse(line);
  waiting.get(at(message, "id"))?.(message);
});

const clientInfo = { name: "baton-tests", title: null, version: "1" };
await ask("initialize", { clientInfo, capabilities: { experimentalApi: true } });
tell({ method: "initialized" });
await ask("thread/resume", { threadId, excludeTurns: true });
await ask("thread/name/set", { threadId, name });
const turns = await ask("thread/turns/list", { threadId, limit: 1 });
await ask("thread/revert", { threadId, beforeTurnId: at(turns, "data", 0, "id") });
server.kill();

function tell(message: object): void {
  server.stdin.write(`${JSON.stringify(message)}\n`);
}

async function ask(method: string, params: object): Promise<unknown> {
  const id = waiting.size;
  const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
  tell({ id, method, params });
  const message = await answer;
  if (isObject(message) && "error" in message) throw new Error(`${method}: ${JSON.stringify(message.error)}`);
  return at(message, "result");
}
