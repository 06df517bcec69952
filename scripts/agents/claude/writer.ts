import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ImageEntry } from "../../../schema/transcript.ts";
import { exists } from "../../base/files.ts";
import type { SessionWriter, StoreEnvironment, WriteRequest, WrittenSession } from "../adapter.ts";
import { addFile, jsonLines } from "../add-file.ts";
import { verifyKnownStore } from "../known-store.ts";
import { retell, type Tongue } from "../retell.ts";
import { claudeReader } from "./reader.ts";
import { formsOf, projectFolderName, projectsFolder } from "./store.ts";
import { claudeCall } from "./tools.ts";
import { claudeRecords } from "./writer-records.ts";

/** Claude Code: one new file in the folder of the project; the client keeps no other record of a session (2.1.197). */
export const claudeWriter: Omit<SessionWriter, "resume"> = { write };

const TONGUE: Tongue = {
  agent: "claude",
  callPrefix: "toolu_",
  callOf: claudeCall,
  takesImage,
  takesTodos: true,
};

const MEDIA_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"]);

async function write(store: StoreEnvironment, request: WriteRequest): Promise<WrittenSession> {
  await verifyKnownStore("claude", claudeReader, store, [request.cwd]);
  const { cwd, branch, title } = request;
  const sessionId = randomUUID();
  const { pieces, asText, leftOut } = retell(request, TONGUE);
  const records = [
    ...claudeRecords(pieces, { sessionId, cwd, branch }),
    { type: "custom-title", customTitle: title, sessionId },
  ];
  const projects = projectsFolder(store);
  const path = join(await projectFolder(projects, cwd), `${sessionId}.jsonl`);
  const { undo } = await addFile(path, jsonLines(records), projects);
  return { sessionId, path, asText, leftOut, undo };
}

/** The folder that the client looks into for this working tree: one that is there, else the one that it would make. */
async function projectFolder(projects: string, cwd: string): Promise<string> {
  const folders = formsOf(cwd).map((form) => join(projects, projectFolderName(form)));
  for (const folder of folders) if (await exists(folder)) return folder;
  return folders[0] ?? projects;
}

function takesImage({ mediaType, data, source }: ImageEntry): boolean {
  if (data === null) return /^https?:\/\//.test(source ?? "");
  return MEDIA_TYPES.has(mediaType);
}
