// @module-tag slow
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { exists } from "../../../scripts/base/files.ts";
import { bundle } from "../../support/bundle.ts";
import { read, sessionsOf } from "../contract.ts";
import { adapterOf, CONVERSATION, emptyStore, requestOf } from "./contract.ts";

// Long enough that a write takes a while.
const LONG = CONVERSATION.map((entry) =>
  entry.type === "tool_result" ? { ...entry, output: "x".repeat(3_000_000) } : entry,
);

let built: string;
beforeAll(async () => {
  built = await bundle(join(import.meta.dirname, "endless-writer.ts"));
});

/** The command line of a program that writes sessions until it is killed. */
function endlessWriter(agent: string, home: string, request: string): string[] {
  return [process.execPath, join(built, "endless-writer.mjs"), agent, home, request];
}

describe.each(["claude", "codex", "gemini"])("a writer of %s that is killed", (agent) => {
  const { reader, writer } = adapterOf(agent);

  test("leaves whole sessions only", async () => {
    const store = await emptyStore();
    const request = join((await emptyStore()).home, "request.json");
    await writeFile(request, JSON.stringify(requestOf(LONG)));
    for (const patience of [0, 13, 41]) {
      const [node = "", ...args] = endlessWriter(agent, store.home, request);
      const child = spawn(node, args, {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      await sleep(patience);
      child.kill("SIGKILL");
      await once(child, "close");
    }
    const sessions = await sessionsOf(reader, store);
    expect(sessions.length).toBeGreaterThanOrEqual(3);
    for (const session of sessions) {
      const { entries, stats } = await read(reader, store, session);
      expect(stats.reasons).toEqual({});
      expect(entries).toHaveLength(LONG.length);
    }
  });

  // The file system says the same of a file that grows too large as of a disk that is full: no more can be written.
  test("leaves nothing where the room ends midway", async () => {
    const store = await emptyStore();
    const request = join((await emptyStore()).home, "request.json");
    await writeFile(request, JSON.stringify(requestOf(LONG)));
    const line = `trap '' XFSZ; ulimit -f 1000; exec "$@"`;
    const child = spawn("sh", ["-c", line, "sh", ...endlessWriter(agent, store.home, request)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const complaint = await text(child.stderr);
    expect(complaint).toContain(`Could not write ${store.home}`);
    expect(await readdir(store.home)).toEqual([]);
  });

  test("is tidied up after by the next one", async () => {
    const store = await emptyStore();
    const { path } = await writer.write(store, requestOf(CONVERSATION));
    const left = join(dirname(path), "session-of-a-killed-run.jsonl.tmp-999999999-0123456789ab");
    const young = join(dirname(path), "session-in-the-making.jsonl.tmp-999999999-0123456789ab");
    for (const name of [left, young]) await writeFile(name, "{");
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(left, hourAgo, hourAgo);
    await writer.write(store, requestOf(CONVERSATION));
    expect(await exists(left)).toBe(false);
    expect(await exists(young)).toBe(true);
  });
});
