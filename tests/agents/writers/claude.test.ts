import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectFolderName } from "../../../scripts/agents/claude/store.ts";
import { claudeWriter } from "../../../scripts/agents/claude/writer.ts";
import { claude } from "../../../scripts/agents/claude.ts";
import { isObject, type JsonObject } from "../../../scripts/base/json.ts";
import { base, CONVERSATION, emptyStore, pair, requestOf, said, writerContract } from "./contract.ts";

describe("the writer of Claude Code", () =>
  writerContract({
    agent: "claude",
    folder: ".claude/projects/-home-dev-repo",
    unknown: [
      [".claude/projects", "a file where the folder of projects should be"],
      [".claude/projects/-home-dev-repo/sessions.db", "SQLite"],
      [".claude/projects/-home-dev-repo/a.jsonl", '{"kind":"turn","v":9}\n{"kind":"turn","v":9}\n'],
    ],
  }));

async function recordsOf(entries: Parameters<typeof requestOf>[0], more = {}): Promise<JsonObject[]> {
  const { path } = await claudeWriter.write(await emptyStore(), requestOf(entries, more));
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).filter(isObject);
}

describe("a session of Claude Code", () => {
  test("is a chain of records, each hanging on the one before it", async () => {
    const records = (await recordsOf(CONVERSATION)).filter(({ uuid }) => uuid !== undefined);
    expect(records).toHaveLength(CONVERSATION.length);
    expect(records.map(({ parentUuid }) => parentUuid)).toEqual([
      null,
      ...records.slice(0, -1).map(({ uuid }) => uuid),
    ]);
    for (const record of records) {
      expect(record).toMatchObject({ cwd: "/home/dev/repo", gitBranch: "main", isSidechain: false });
      expect(record.timestamp).toMatch(/Z$/);
    }
  });

  test("has one block in each record, and one message id for what was said in one breath", async () => {
    const records = await recordsOf([
      said("user", "Go"),
      said("assistant", "Two things."),
      ...[pair("a", "bash", { command: "a" }), pair("b", "bash", { command: "b" })].flatMap(
        ([call]) => call ?? [],
      ),
      ...[pair("a", "bash", {}), pair("b", "bash", {})].flatMap(([, result]) => result ?? []),
      said("assistant", "Done."),
    ]);
    const messages = records.flatMap(({ message }) => (isObject(message) ? [message] : []));
    expect(messages.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "assistant",
      "assistant",
      "user",
      "user",
      "assistant",
    ]);
    const ids = messages.filter(({ role }) => role === "assistant").map(({ id }) => id);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[0]);
  });

  test("has its title as one that the person gave", async () => {
    const [title] = (await recordsOf(CONVERSATION)).filter(({ type }) => type === "custom-title");
    expect(title).toMatchObject({ customTitle: "Add a greeting" });
  });

  test("keeps the images that an answer came with inside of the answer", async () => {
    const image = {
      ...base("i"),
      role: "user",
      type: "image",
      mediaType: "image/png",
      data: "AAAA",
      source: null,
    } as const;
    const records = await recordsOf([said("user", "Draw"), ...pair("a", "draw", {}, ""), image], {
      source: { agent: "claude", session: "s1" },
    });
    expect(JSON.stringify(records)).toContain(
      '"content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]',
    );
  });

  test("does not call an answer without a word a failure, which the model's API refuses", async () => {
    const [call, result] = pair("a", "bash", { command: "false" }, "");
    if (call === undefined || result?.type !== "tool_result") throw new Error("no pair");
    const records = await recordsOf([said("user", "Go"), call, { ...result, ok: false, exitCode: 1 }]);
    expect(JSON.stringify(records)).not.toContain("is_error");
  });

  test("tells the todo list as the client itself reminds the model of it", async () => {
    const todos = [{ text: "Check", status: "in_progress" } as const];
    const records = await recordsOf([
      said("user", "Go"),
      { ...base("l"), role: "assistant", type: "todos", todos },
    ]);
    expect(records.find(({ type }) => type === "attachment")).toMatchObject({
      attachment: { type: "task_reminder", content: [{ subject: "Check", status: "in_progress" }] },
    });
  });

  test("is resumed by its id", () => {
    expect(claude.writer?.resume("4c9b")).toEqual(["claude", "--resume", "4c9b"]);
  });
});

describe("the folder of a session", () => {
  test.each([
    ["/home/dev/re..po/../x", "-home-dev-re--po----x"],
    ["/", "-"],
    ["/a\0b", "-a-b"],
    ["/home/dev/Ünï", "-home-dev--n-"],
    [`/${"long/".repeat(60)}`, `${`-${"long-".repeat(60)}`.slice(0, 200)}-du969b`],
  ])("of %j cannot lead elsewhere", (path, name) => {
    expect(projectFolderName(path)).toBe(name);
    expect(name).toMatch(/^[A-Za-z0-9-]+$/);
  });

  test("is the one that the client has made, in whatever form it spells the path", async () => {
    const cwd = "/home/dev/Jose\u0301";
    const store = await emptyStore();
    const composed = join(store.home, ".claude/projects", projectFolderName(cwd.normalize("NFC")));
    await mkdir(composed, { recursive: true });
    const { path } = await claudeWriter.write(store, requestOf(CONVERSATION, { cwd }));
    expect(dirname(path)).toBe(composed);
    expect(await readdir(join(store.home, ".claude/projects"))).toHaveLength(1);
  });

  test("lies where CLAUDE_CONFIG_DIR says", async () => {
    const { home } = await emptyStore();
    const env = { CLAUDE_CONFIG_DIR: join(home, "config") };
    const { path } = await claudeWriter.write({ home, env }, requestOf(CONVERSATION));
    expect(path.startsWith(join(home, "config", "projects", "-home-dev-repo"))).toBe(true);
  });
});
