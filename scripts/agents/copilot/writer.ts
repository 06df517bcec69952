import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ImageEntry } from "../../../schema/transcript.ts";
import type { JsonObject } from "../../base/json.ts";
import type { SessionWriter, StoreEnvironment, WriteRequest, WrittenSession } from "../adapter.ts";
import { jsonLines } from "../add-file.ts";
import { addFolder } from "../add-folder.ts";
import { verifyKnownStore } from "../known-store.ts";
import { retell, type Tongue } from "../retell.ts";
import { copilotReader } from "./reader.ts";
import { copilotHome, currentFolder } from "./store.ts";
import { copilotCall } from "./tools.ts";
import { copilotEvents } from "./writer-events.ts";

/** The client whose format is written; it reads what older clients wrote. */
const VERSION = "1.0.102";

/**
 * Copilot CLI: one new folder. The client's own `copilot sessions import` is left aside: it gives every entry the time of
 * the import, knows no failed call, and offers no way back.
 */
export const copilotWriter: Omit<SessionWriter, "resume"> = { write };

const TONGUE: Tongue = {
  agent: "copilot",
  callPrefix: "call_",
  callOf: copilotCall,
  takesImage,
  takesTodos: false,
};

async function write(store: StoreEnvironment, request: WriteRequest): Promise<WrittenSession> {
  await verifyKnownStore("copilot", copilotReader, store, [request.cwd]);
  const { cwd, branch, model = null } = request;
  const sessionId = randomUUID();
  const { pieces, asText, leftOut } = retell(request, TONGUE);
  const startedAt = pieces[0]?.at ?? request.now.toISOString();
  const events = copilotEvents(pieces, { sessionId, cwd, branch, model, startedAt, version: VERSION });
  const folder = join(currentFolder(store), sessionId);
  const path = join(folder, "events.jsonl");
  const { default: yaml } = await import("yaml");
  const files = {
    "events.jsonl": jsonLines(events),
    "workspace.yaml": yaml.stringify(workspaceOf(sessionId, request)),
  };
  const { undo } = await addFolder(folder, files, copilotHome(store));
  return { sessionId, path, asText, leftOut, undo };
}

function workspaceOf(id: string, { cwd, branch, title, now }: WriteRequest): JsonObject {
  const at = now.toISOString();
  return {
    id,
    cwd,
    git_root: cwd,
    ...(branch !== null && { branch }),
    name: title,
    user_named: false,
    summary_count: 0,
    fork_count: 0,
    created_at: at,
    updated_at: at,
  };
}

function takesImage({ mediaType, data }: ImageEntry): boolean {
  return data !== null && mediaType.startsWith("image/");
}
