import { readFile } from "node:fs/promises";
import { arrayOf, type JsonObject, objectOf, parseJson } from "../../base/json.ts";
import { unknownFile } from "./unknown.ts";

/** The first clients wrote a session as one JSON value, `{session: {id, timestamp, cwd?}, items: [...]}`. */
export async function* legacyRecords(path: string): AsyncGenerator<JsonObject> {
  const { session, items } = objectOf(parseJson(await readFile(path, "utf8")));
  if (!Array.isArray(items)) throw unknownFile(path, "JSON without items, or none at all");
  const head = objectOf(session);
  yield { id: head.id, cwd: head.cwd, git: head.git };
  // Items have no times: the first one's is the session's.
  for (const [index, item] of arrayOf(items).entries()) {
    yield index === 0 ? { timestamp: head.timestamp, ...objectOf(item) } : objectOf(item);
  }
}
