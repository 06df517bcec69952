import type { ReadStats } from "../../../schema/transcript.ts";
import { EXIT, errorCode, UserError } from "../../base/errors.ts";
import { arrayOf, type JsonObject, objectOf, parseJson, stringOf } from "../../base/json.ts";
import type { StoreEnvironment } from "../adapter.ts";
import { messageSession } from "./entries.ts";
import { type Message, type SessionInfo, type StoredSession, sessionInfo } from "./session.ts";

const TIMEOUT_MS = 60_000;
/** A session whose export is larger than this cannot be read this way within bounded memory. */
const LARGEST_EXPORT = 64 * 1024 * 1024;

/** Whether the `opencode` command is there to be asked. */
export async function hasClient(store: StoreEnvironment): Promise<boolean> {
  return (await run(store, store.home, ["--version"])) !== null;
}

/** The sessions of the project in `folder`, as `opencode session list` has them; null without the command. */
export async function listThroughClient(
  store: StoreEnvironment,
  folder: string,
): Promise<SessionInfo[] | null> {
  const output = await run(store, folder, ["session", "list", "--format", "json"]);
  if (output === null) return null;
  return arrayOf(parseJson(output)).flatMap((item) => {
    const { created, updated, ...session } = objectOf(item);
    return sessionInfo({ ...session, time: { created, updated } }) ?? [];
  });
}

/** The session as `opencode export` has it; null without the command, or when it does not know the session. */
export async function findThroughClient(
  store: StoreEnvironment,
  folder: string,
  id: string,
): Promise<StoredSession | null> {
  const exported = objectOf(parseJson((await run(store, folder, ["export", id])) ?? ""));
  const info = sessionInfo(objectOf(exported.info));
  if (info === null) return null;
  return messageSession(info, {
    messages: (stats) => messages(arrayOf(exported.messages), stats),
    todos: async () => null,
  });
}

async function* messages(exported: unknown[], stats: ReadStats): AsyncGenerator<Message> {
  for (const item of exported) {
    const { info, parts } = objectOf(item);
    const data = objectOf(info);
    stats.records += 1 + arrayOf(parts).length;
    yield { id: stringOf(data.id) ?? "", data, parts: arrayOf(parts).map(objectOf).map(partOf) };
  }
}

function partOf(data: JsonObject, index: number): { id: string; data: JsonObject } {
  return { id: stringOf(data.id) ?? `${stringOf(data.messageID)}#${index}`, data };
}

/** What the client said on stdout; null when there is no such command or it failed. Throws when it takes too long. */
async function run(store: StoreEnvironment, folder: string, args: string[]): Promise<string | null> {
  // Loaded here because it is rarely needed.
  const { execa } = await import("execa");
  const result = await execa("opencode", args, {
    cwd: folder,
    env: { ...store.env, HOME: store.home },
    extendEnv: false,
    stdin: "ignore",
    timeout: TIMEOUT_MS,
    maxBuffer: LARGEST_EXPORT,
    reject: false,
  });
  if (result.timedOut || result.isMaxBuffer) {
    throw new UserError(
      `opencode ${args.join(" ")} ${result.timedOut ? "did not answer in time" : "answered with more than can be read"}.`,
      "Run Baton with Node 22.15 or newer: it then reads OpenCode's database itself.",
      EXIT.failed,
    );
  }
  const isMissing = result.code === "ENOENT" || errorCode(result.cause) === "ENOENT";
  return isMissing || result.exitCode !== 0 ? null : result.stdout;
}
