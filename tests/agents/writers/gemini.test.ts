import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StoreEnvironment } from "../../../scripts/agents/adapter.ts";
import { hashOf } from "../../../scripts/agents/gemini/store.ts";
import { geminiWriter } from "../../../scripts/agents/gemini/writer.ts";
import { gemini } from "../../../scripts/agents/gemini.ts";
import { EXIT } from "../../../scripts/base/errors.ts";
import { isObject, type JsonObject } from "../../../scripts/base/json.ts";
import { base, CONVERSATION, emptyStore, pair, requestOf, said, writerContract } from "./contract.ts";

const CWD = "/home/dev/repo";

describe("the writer of Gemini CLI", () =>
  writerContract({
    agent: "gemini",
    groupsCalls: true,
    folder: `.gemini/tmp/${hashOf(CWD)}`,
    unknown: [
      [`.gemini/tmp/${hashOf(CWD)}/chats/session-2026.cbor`, "..."],
      [`.gemini/tmp/${hashOf(CWD)}/chats/session-2026-11-20T10-00-00000001.jsonl`, '{"kind":"turn","v":9}\n'],
    ],
  }));

async function recordsOf(entries: Parameters<typeof requestOf>[0], more = {}): Promise<JsonObject[]> {
  const { path } = await geminiWriter.write(await emptyStore(), requestOf(entries, more));
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).filter(isObject);
}

describe("a session of Gemini CLI", () => {
  test("begins with its head, updated now: the client deletes what is old", async () => {
    const { path, sessionId } = await geminiWriter.write(await emptyStore(), requestOf(CONVERSATION));
    expect(path).toMatch(new RegExp(`/session-2026-11-20T18-30-${sessionId.slice(0, 8)}\\.jsonl$`));
    const [head] = (await readFile(path, "utf8")).split("\n");
    expect(JSON.parse(head ?? "")).toMatchObject({
      sessionId,
      projectHash: hashOf(CWD),
      lastUpdated: "2026-11-20T18:30:05.123Z",
      kind: "main",
      summary: "Add a greeting",
    });
  });

  test("has what the assistant said and the calls that it made then in one message, with their results", async () => {
    const [, first, second, ...others] = (await recordsOf(CONVERSATION)).slice(0);
    expect(others).toHaveLength(1);
    expect(first).toMatchObject({ type: "user", content: [{ text: "Add a greeting" }] });
    const response = { output: "README.md\n" };
    expect(second).toMatchObject({
      type: "gemini",
      content: [{ text: "I look first." }],
      toolCalls: [
        {
          name: "run_shell_command",
          args: { command: "ls" },
          status: "success",
          result: [{ functionResponse: { name: "run_shell_command", response } }],
        },
      ],
    });
  });

  test("keeps calls that ran side by side together", async () => {
    const calls = [pair("a", "bash", { command: "a" }, "A"), pair("b", "bash", { command: "b" }, "B")];
    const records = await recordsOf([
      said("user", "Go"),
      ...calls.flatMap(([call]) => call ?? []),
      ...calls.flatMap(([, result]) => result ?? []),
    ]);
    const [message] = records.slice(2);
    expect(JSON.stringify(message)).toMatch(/"toolCalls":\[.*"output":"A".*"output":"B".*\]/);
    expect(records).toHaveLength(3);
  });

  test("says of a call that failed or was interrupted that it was", async () => {
    const [call, result] = pair("a", "bash", { command: "a" }, "no");
    if (call === undefined || result?.type !== "tool_result") throw new Error("no pair");
    const failed = JSON.stringify(await recordsOf([call, { ...result, ok: false }]));
    expect(failed).toMatch(/"response":\{"error":"no"\}.*"status":"error"/);
    const interrupted = JSON.stringify(await recordsOf([call, { ...result, interrupted: true }]));
    expect(interrupted).toContain('"status":"cancelled"');
  });

  test("has the image that a tool answered with beside its answer, and the person's in a message", async () => {
    const image = {
      ...base("i"),
      role: "user",
      type: "image",
      mediaType: "image/png",
      data: "AAAA",
      source: null,
    } as const;
    const inline = { inlineData: { mimeType: "image/png", data: "AAAA" } };
    const answered = (
      await recordsOf([said("user", "Draw"), ...pair("a", "bash", { command: "draw" }), image])
    )[2];
    expect(answered).toMatchObject({ toolCalls: [{ result: [{}, inline] }] });
    expect((await recordsOf([said("user", "See"), image]))[2]).toMatchObject({
      type: "user",
      content: [inline],
    });
  });

  test("is resumed by its id", () => {
    expect(gemini.writer?.resume("4c9b")).toEqual(["gemini", "--resume", "4c9b"]);
  });
});

describe("the folder of a session", () => {
  async function folderIn(store: StoreEnvironment): Promise<string> {
    const { path } = await geminiWriter.write(store, requestOf(CONVERSATION));
    return dirname(dirname(path)).slice(join(store.home, ".gemini/tmp").length + 1);
  }

  async function storeWith(files: Record<string, string>): Promise<StoreEnvironment> {
    const store = await emptyStore();
    for (const [name, content] of Object.entries(files)) {
      const path = join(store.home, ".gemini", name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    return store;
  }

  const registered = (name: string) => JSON.stringify({ projects: { "/other/repo": "repo", [CWD]: name } });

  test.each([
    ["named for the hash of the path, where nothing is known", {}, hashOf(CWD)],
    [
      "the one that is registered",
      { "projects.json": registered("repo-1"), "tmp/repo-1/.project_root": CWD },
      "repo-1",
    ],
    [
      "named for the hash while the registered one is not there: the client will take that over",
      { "projects.json": registered("repo-1") },
      hashOf(CWD),
    ],
    ["the one that is marked as the project's", { "tmp/repo-7/.project_root": `${CWD}\n` }, "repo-7"],
    [
      "not that of another project of the same name",
      { "tmp/repo/.project_root": "/other/repo" },
      hashOf(CWD),
    ],
    ["named for the hash when the register is torn", { "projects.json": '{"projects":{"/ho' }, hashOf(CWD)],
  ])("is %s", async (_, files, folder) => {
    expect(await folderIn(await storeWith(files))).toBe(folder);
  });

  test.each(["../..", "..", ".", "a/b", "/etc", "a\\b", "a\0b"])(
    "is never one that the register places elsewhere: %j",
    async (name) => {
      const store = await storeWith({ "projects.json": registered(name) });
      await expect(folderIn(store)).rejects.toMatchObject({ code: EXIT.unknownFormat });
    },
  );

  test("lies where GEMINI_CLI_HOME says", async () => {
    const { home } = await emptyStore();
    const store = { home, env: { GEMINI_CLI_HOME: join(home, "elsewhere") } };
    const { path } = await geminiWriter.write(store, requestOf(CONVERSATION));
    expect(path.startsWith(join(home, "elsewhere", ".gemini", "tmp"))).toBe(true);
  });
});
