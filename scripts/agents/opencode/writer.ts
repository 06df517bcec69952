import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageEntry } from "../../../schema/transcript.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { shellLine } from "../../base/text.ts";
import type {
  SessionReader,
  SessionWriter,
  StoreEnvironment,
  WriteRequest,
  WrittenSession,
} from "../adapter.ts";
import { verifyKnownStore } from "../known-store.ts";
import { retell, type Tongue } from "../retell.ts";
import { noCommand, type RunOpenCode, runOpenCode } from "./command.ts";
import { sessionIdAt } from "./ids.ts";
import { type Model, modelIn, ownModel } from "./models.ts";
import { databases } from "./places.ts";
import { openCodeReader } from "./reader.ts";
import { openCodeCall } from "./tools.ts";
import { openCodeMessages } from "./writer-messages.ts";

/** The client whose format is written. */
const VERSION = "1.18.33";

const TONGUE: Tongue = {
  agent: "opencode",
  callPrefix: "call_",
  callOf: openCodeCall,
  takesImage,
  takesTodos: false,
};

/**
 * OpenCode: through its own `opencode import`. The client is not asked to be atomic, and is not: what it refuses halfway is
 * deleted again, through the client as well.
 */
export function openCodeWriter(run: RunOpenCode = runOpenCode): Omit<SessionWriter, "resume"> {
  return {
    write: (store, request) => write(run, store, request),
    async confirm(store, sessionId, cwd) {
      const answer = await run(store, cwd, ["export", sessionId]);
      return answer === null ? null : answer.exitCode === 0;
    },
  };
}

async function write(
  run: RunOpenCode,
  store: StoreEnvironment,
  request: WriteRequest,
): Promise<WrittenSession> {
  const reader = openCodeReader();
  await verifyKnownStore("opencode", databasesOnly(reader), store, [request.cwd]);
  const { cwd, now } = request;
  const model = await modelFor(run, store, request);
  const sessionId = sessionIdAt(now);
  const { pieces, asText, leftOut } = retell(request, TONGUE);
  const messages = openCodeMessages(pieces, { sessionId, cwd, model, now });
  const undo = () => remove(run, store, cwd, sessionId);
  const text = JSON.stringify({ info: infoOf(sessionId, request), messages });
  try {
    await bringIn(run, store, cwd, text);
    const path = await placeOf(reader, store, cwd, sessionId);
    return { sessionId, path, asText, leftOut, undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Folders of the oldest clients are no longer read by anyone; they say nothing about where a session goes now. */
function databasesOnly(reader: SessionReader): SessionReader {
  return {
    ...reader,
    places: async (store) => {
      const known = databases(store);
      return (await reader.places(store)).filter(({ path }) => known.includes(path));
    },
  };
}

function modelFor(run: RunOpenCode, store: StoreEnvironment, { cwd, model }: WriteRequest): Promise<Model> {
  const chosen = modelIn(model);
  return chosen === null ? ownModel(run, store, cwd) : Promise.resolve(chosen);
}

function infoOf(id: string, { cwd, title, now }: WriteRequest) {
  const time = { created: now.getTime(), updated: now.getTime() };
  const slug = `imported-${randomBytes(4).toString("hex")}`;
  return { id, slug, title, version: VERSION, directory: cwd, time };
}

async function bringIn(run: RunOpenCode, store: StoreEnvironment, cwd: string, text: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "baton-opencode-"));
  try {
    const file = join(folder, "session.json");
    await writeFile(file, text, { mode: 0o600 });
    const answer = await run(store, cwd, ["import", file]);
    if (answer === null) throw noCommand();
    if (answer.exitCode !== 0) {
      throw new UserError(
        `OpenCode did not take the conversation: ${answer.complaint || `it ended with ${answer.exitCode}`}`,
        "Update OpenCode: opencode upgrade. To save or hand over without the conversation: --no-transcript",
        EXIT.failed,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function placeOf(
  reader: SessionReader,
  store: StoreEnvironment,
  cwd: string,
  id: string,
): Promise<string> {
  for await (const session of reader.sessions(store, { roots: [cwd] })) {
    if (session.id === id) return session.path;
  }
  throw new Error(`OpenCode took the session ${id}, and does not have it`);
}

/** Deletes the session, if it is there. Throws `UserError` when it is there still. */
async function remove(run: RunOpenCode, store: StoreEnvironment, cwd: string, id: string): Promise<void> {
  const line = ["session", "delete", id];
  const deleted = await run(store, cwd, line);
  const left = await run(store, cwd, ["export", id]);
  if (left?.exitCode !== 0) return;
  throw new UserError(
    `The session ${id} was begun in OpenCode and could not be taken back: ${deleted?.complaint ?? "no opencode command"}`,
    `Delete it: ${shellLine(["opencode", ...line])}`,
    EXIT.failed,
  );
}

function takesImage({ mediaType, data }: ImageEntry): boolean {
  return data !== null && mediaType.startsWith("image/");
}
