import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ImageEntry, SessionSummary } from "../../../schema/transcript.ts";
import type { SessionWriter, StoreEnvironment, WriteRequest, WrittenSession } from "../adapter.ts";
import { addFile, jsonLines } from "../add-file.ts";
import { verifyKnown } from "../known-store.ts";
import { retell, type Tongue } from "../retell.ts";
import { confirmSession } from "./confirm.ts";
import { codexReader } from "./reader.ts";
import { codexHome, findRollouts, type Rollout, sessionFolders } from "./store.ts";
import { summarise } from "./summary.ts";
import { codexCall } from "./tools.ts";
import { codexRecords } from "./writer-records.ts";

/** The client whose format is written; records of it name it. */
const VERSION = "0.169.0";

/** Codex: one new rollout in the folder of the day; the client itself adds it to its databases when it sees it. */
export const codexWriter: Omit<SessionWriter, "resume"> = { write, confirm: confirmSession };

const TONGUE: Tongue = {
  agent: "codex",
  callPrefix: "call_",
  callOf: codexCall,
  takesImage,
  takesTodos: false,
};

async function write(store: StoreEnvironment, request: WriteRequest): Promise<WrittenSession> {
  await verifyKnown("codex", codexReader, store, newestSessions(await rolloutsIn(store)));
  const sessionId = randomUUID();
  const timestamp = request.now.toISOString();
  const { pieces, asText, leftOut } = retell(request, TONGUE);
  const records = [
    { timestamp, type: "session_meta", payload: headOf(sessionId, timestamp, request) },
    ...codexRecords(pieces),
    {
      timestamp,
      type: "event_msg",
      payload: { type: "thread_name_updated", thread_id: sessionId, thread_name: request.title },
    },
  ];
  const sessions = join(codexHome(store), "sessions");
  const [day = "", time = ""] = timestamp.slice(0, 19).split("T");
  const name = `rollout-${day}T${time.replaceAll(":", "-")}-${sessionId}.jsonl`;
  const { path, undo } = await addFile(join(sessions, ...day.split("-"), name), jsonLines(records), sessions);
  return { sessionId, path, asText, leftOut, undo };
}

/** The sessions of all projects lie together: only the last few are worth a look. */
const RECENT = 20;

async function rolloutsIn(store: StoreEnvironment): Promise<Rollout[]> {
  const found = await Promise.all(sessionFolders(store).map((folder) => findRollouts(folder)));
  return found.flatMap((folder) => folder?.rollouts ?? []);
}

function newestSessions(rollouts: readonly Rollout[]): SessionSummary[] {
  const newest = rollouts.toSorted((a, b) => (a.begun > b.begun ? -1 : 1)).slice(0, RECENT);
  return newest.flatMap((rollout) => summarise(rollout) ?? []);
}

function headOf(id: string, timestamp: string, { cwd, branch }: WriteRequest) {
  return {
    id,
    timestamp,
    cwd,
    originator: "baton",
    cli_version: VERSION,
    // What programs start is not listed.
    source: "cli",
    ...(branch !== null && { git: { branch } }),
  };
}

function takesImage({ mediaType, data, source }: ImageEntry): boolean {
  return data === null ? /^https?:\/\//.test(source ?? "") : mediaType.startsWith("image/");
}
