import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FORM, sessionsFolder } from "./store.js";

/** Adds sessions, and changes none that is there. All that it is given has been redacted. */
export const writer = {
  async write(store, request) {
    const { entries, source, title, cwd, branch, now } = request;
    const id = randomUUID();
    const folder = sessionsFolder(store);
    const path = join(folder, `${id}.jsonl`);
    const notes = entries.map((entry) => noteOf(entry, source));
    const written = notes.filter((note) => note !== null);
    const head = { notepad: FORM, id, cwd, branch, title, at: now.toISOString() };
    const content = [head, ...written].map((line) => `${JSON.stringify(line)}\n`).join("");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // In one step: whoever reads sees the whole file or none.
    const draft = `${path}.tmp`;
    try {
      await writeFile(draft, content, { mode: 0o600, flag: "wx" });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return {
      sessionId: id,
      path,
      asText: entries.filter(({ type }) => type in AS_TEXT).length,
      leftOut: notes.length - written.length,
      undo: () => rm(path, { force: true }),
    };
  },

  resume: (sessionId) => ["notepad-agent", "--open", sessionId],
};

/** What Notepad has no place for, in words. */
const AS_TEXT = {
  reasoning: ({ text }) => text,
  compaction: ({ summary }) => summary,
  interruption: ({ text }) => text,
  todos: ({ todos }) => todos.map(({ text, status }) => `${status}: ${text}`).join("\n"),
};

/** One line of the file; null for an image, which has no place here. `from` says where the entry comes from. */
function noteOf(entry, source) {
  const { id, at, role, type } = entry;
  const note = { id, at, from: entry.origin ?? { ...source, entry: id } };
  if (type === "image") return null;
  if (type === "tool_call") {
    const { callId, tool, input } = entry;
    return { ...note, who: "helper", call: { id: callId, name: tool, input } };
  }
  if (type === "tool_result") {
    const { callId, output, ok, exitCode, interrupted } = entry;
    return { ...note, who: "tool", text: output, call: { id: callId, ok, exitCode, interrupted } };
  }
  const text = type === "text" ? entry.text : AS_TEXT[type](entry);
  return { ...note, who: role === "assistant" ? "helper" : "me", text };
}
