import type { ReadStats } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, parseJson, stringOf } from "../../base/json.ts";
import type { StoreEnvironment } from "../adapter.ts";
import { runOpenCode } from "./command.ts";
import { messageSession } from "./entries.ts";
import { type Message, type SessionInfo, type StoredSession, sessionInfo } from "./session.ts";

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
  const answer = await runOpenCode(store, folder, args);
  return answer === null || answer.exitCode !== 0 ? null : answer.stdout;
}
