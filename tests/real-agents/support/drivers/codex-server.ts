import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { at, isObject } from "../json.ts";

export interface CodexServer {
  /** The result of a method of Codex's own server. Throws what it answers as an error. */
  ask(method: string, params: object): Promise<unknown>;
  stop(): void;
}

/** Starts `codex app-server` and says hello to it. */
export async function startCodexServer(program: string): Promise<CodexServer> {
  const server = spawn(program, ["app-server"], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<unknown, (message: unknown) => void>();
  createInterface(server.stdout).on("line", (line) => {
    const message: unknown = JSON.parse(line);
    waiting.get(at(message, "id"))?.(message);
  });

  function tell(message: object): void {
    server.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async function ask(method: string, params: object): Promise<unknown> {
    const id = waiting.size;
    const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    tell({ id, method, params });
    const message = await answer;
    if (isObject(message) && "error" in message)
      throw new Error(`${method}: ${JSON.stringify(message.error)}`);
    return at(message, "result");
  }

  const clientInfo = { name: "baton-tests", title: null, version: "1" };
  await ask("initialize", { clientInfo, capabilities: { experimentalApi: true } });
  tell({ method: "initialized" });
  return { ask, stop: () => server.kill() };
}
