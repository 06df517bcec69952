import { createReadStream } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { FORM, sessionsFolder } from "./store.js";

/** Never writes. Listing reads the beginning of each file, and only `entries` reads all of one. */
export const reader = {
  async places(store) {
    const path = sessionsFolder(store);
    const names = await namesIn(path);
    return [{ path, found: names !== null, generation: names === null ? null : "jsonl" }];
  },

  async *sessions(store, { roots }) {
    const folder = sessionsFolder(store);
    for (const name of (await namesIn(folder)) ?? []) {
      const path = join(folder, name);
      const head = name.endsWith(".jsonl") ? parse(await firstLine(path)) : null;
      if (head?.notepad === undefined || !(await belongs(head.cwd, roots))) continue;
      const { size, mtime } = await stat(path);
      yield {
        agent: "notepad",
        id: head.id,
        title: head.title ?? null,
        cwd: head.cwd,
        branch: head.branch ?? null,
        startedAt: head.at,
        updatedAt: mtime.toISOString(),
        turns: null,
        size,
        path,
        generation: "jsonl",
      };
    }
  },

  async open(_store, { path, id, cwd, branch, title }) {
    const head = parse(await firstLine(path));
    if (head?.notepad !== FORM) {
      const problem = new Error(`${path} is of form ${head?.notepad}, and only ${FORM} is known.`);
      throw Object.assign(problem, { fix: "npm install --save-dev baton-notepad@latest" });
    }
    const stats = { records: 0, skipped: 0, reasons: {} };
    const facts = {
      id,
      cwd,
      branch,
      titles: { custom: title, generated: null, summary: null },
      model: head.model ?? null,
      provider: null,
      clientVersion: null,
      tokens: null,
    };
    return { agent: "notepad", facts, stats, entries: () => entriesOf(path, stats) };
  },
};

async function* entriesOf(path, stats) {
  Object.assign(stats, { records: 0, skipped: 0, reasons: {} });
  let parent = null;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const note = parse(line);
    stats.records += 1;
    if (note === null) {
      // The last line of a client that was killed.
      stats.skipped += 1;
      stats.reasons.torn = (stats.reasons.torn ?? 0) + 1;
    } else if (note.notepad === undefined) {
      const entry = entryOf(note, parent);
      parent = entry.id;
      yield entry;
    }
  }
}

function entryOf({ id, at, who, text, call, from }, parent) {
  const base = { id, parent, at, model: null, ...(from && { origin: from }) };
  if (who === "tool") {
    const { ok, exitCode, interrupted } = call;
    return {
      ...base,
      role: "user",
      type: "tool_result",
      callId: call.id,
      output: text,
      ok,
      exitCode,
      interrupted,
    };
  }
  if (call !== undefined) {
    return {
      ...base,
      role: "assistant",
      type: "tool_call",
      callId: call.id,
      tool: call.name,
      input: call.input,
    };
  }
  return { ...base, role: who === "me" ? "user" : "assistant", type: "text", text, injected: false };
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function firstLine(path) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8192), 0, 8192, 0);
    return buffer.toString("utf8", 0, bytesRead).split("\n")[0];
  } finally {
    await file.close();
  }
}

/** A session belongs to a repository when it ran in it or below it; without roots, all are asked for. */
async function belongs(cwd, roots) {
  if (roots === null) return true;
  const folder = await realpath(cwd).catch(() => cwd);
  return roots.some((root) => !relative(root, folder).startsWith(".."));
}

/** Null where there is no such folder. */
async function namesIn(folder) {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
