import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ImageEntry } from "../../../schema/transcript.ts";
import type { SessionWriter, StoreEnvironment, WriteRequest, WrittenSession } from "../adapter.ts";
import { addFile, jsonLines } from "../add-file.ts";
import { verifyKnownStore } from "../known-store.ts";
import { retell, type Tongue } from "../retell.ts";
import { geminiReader } from "./reader.ts";
import { hashOf, projectsFolder } from "./store.ts";
import { geminiCall } from "./tools.ts";
import { projectFolder } from "./writer-folder.ts";
import { geminiRecords } from "./writer-records.ts";

/** Gemini CLI: one new file among the project's chats (0.61.0). */
export const geminiWriter: Omit<SessionWriter, "resume"> = { write };

const TONGUE: Tongue = {
  agent: "gemini",
  callPrefix: "call_",
  callOf: geminiCall,
  takesImage,
  takesTodos: false,
};

async function write(store: StoreEnvironment, request: WriteRequest): Promise<WrittenSession> {
  const { cwd, now, title } = request;
  await verifyKnownStore("gemini", geminiReader, store, [cwd]);
  const sessionId = randomUUID();
  const { pieces, asText, leftOut } = retell(request, TONGUE);
  // The client deletes sessions that were not updated for long, whatever the age of their files.
  const lastUpdated = now.toISOString();
  const startTime = pieces[0]?.at ?? lastUpdated;
  const head = { sessionId, projectHash: hashOf(cwd), startTime, lastUpdated, kind: "main", summary: title };
  const content = jsonLines([head, ...geminiRecords(pieces)]);
  const minute = lastUpdated.slice(0, 16).replace(":", "-");
  const name = `session-${minute}-${sessionId.slice(0, 8)}.jsonl`;
  const folder = await projectFolder(store, cwd);
  const { path, undo } = await addFile(join(folder, "chats", name), content, projectsFolder(store));
  return { sessionId, path, asText, leftOut, undo };
}

function takesImage({ mediaType, data }: ImageEntry): boolean {
  return data !== null && mediaType.startsWith("image/");
}
