import { createInterface } from "node:readline";
import { execa } from "execa";
import { type JsonObject, objectOf, parseJson, stringOf } from "../../base/json.ts";
import type { StoreEnvironment } from "../adapter.ts";

const PATIENCE_MS = 15_000;
const HELLO = 1;
const QUESTION = 2;

/**
 * Asks the client, by the protocol that editors talk to it (`codex app-server`, 0.169.0), whether it can read the session.
 * No model is asked. Null when there is no client, or it does not answer in that protocol.
 */
export async function confirmSession(
  { env, home }: StoreEnvironment,
  sessionId: string,
  cwd: string,
): Promise<boolean | null> {
  const server = execa("codex", ["app-server"], {
    cwd,
    env: { ...env, HOME: home },
    extendEnv: false,
    reject: false,
    timeout: PATIENCE_MS,
    stdin: "pipe",
    stderr: "ignore",
    buffer: false,
  });
  const clientInfo = { name: "baton", version: "1" };
  send(server.stdin, { id: HELLO, method: "initialize", params: { clientInfo } });
  send(server.stdin, { method: "initialized" });
  send(server.stdin, { id: QUESTION, method: "thread/read", params: { threadId: sessionId } });
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const answer = objectOf(parseJson(line));
      if (answer.id === QUESTION) return isKnown(answer, sessionId);
    }
    return null;
  } finally {
    server.stdin.end();
    server.kill();
    await server;
  }
}

function send(stdin: NodeJS.WritableStream, message: object): void {
  // A client that ends at once is told by its missing answer.
  stdin.on("error", () => {});
  stdin.write(`${JSON.stringify(message)}\n`);
}

function isKnown({ result, error }: JsonObject, sessionId: string): boolean | null {
  const { thread } = objectOf(result);
  if (thread !== undefined) return stringOf(objectOf(thread).id) === sessionId;
  // Any other complaint is about the question: an older client may not know it.
  return stringOf(objectOf(error).message)?.includes(sessionId) === true ? false : null;
}
