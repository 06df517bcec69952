import { MAX_DOCUMENT_BYTES, readTextIfExists } from "../../base/files.ts";
import { type JsonObject, objectOf, parseJson } from "../../base/json.ts";
import { unknownFile } from "./unknown.ts";

/** The first clients wrote a session as one JSON value, `{session: {id, timestamp, cwd?}, items: [...]}`. */
export async function legacyRecords(path: string): Promise<JsonObject[]> {
  const { session, items } = objectOf(
    parseJson((await readTextIfExists(path, { maxBytes: MAX_DOCUMENT_BYTES })) ?? ""),
  );
  if (!Array.isArray(items)) throw unknownFile(path, "JSON without items, or none at all");
  const { id, cwd, git, timestamp } = objectOf(session);
  // Items have no times: the first one's is the session's.
  const [first, ...others] = items.map(objectOf);
  return [{ id, cwd, git }, ...(first === undefined ? [] : [{ timestamp, ...first }]), ...others];
}
