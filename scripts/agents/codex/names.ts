import { join } from "node:path";
import { errorCode } from "../../base/errors.ts";
import { stringOf } from "../../base/json.ts";
import { readJsonl } from "../../base/jsonl.ts";
import { newStats } from "../../base/read-stats.ts";
import type { StoreEnvironment } from "../adapter.ts";
import { codexHome } from "./store.ts";

/** Names that people gave their sessions, by session: `session_index.jsonl`, where the last name counts. */
export async function sessionNames(store: StoreEnvironment): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  try {
    for await (const { value } of readJsonl(join(codexHome(store), "session_index.jsonl"), newStats())) {
      const id = stringOf(value.id);
      const name = stringOf(value.thread_name);
      if (id !== null && name !== null) names.set(id, name);
    }
  } catch (error) {
    if (errorCode(error) !== "ENOENT" && errorCode(error) !== "ENOTDIR") throw error;
  }
  return names;
}
