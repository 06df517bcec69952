import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codexWriter } from "../../../scripts/agents/codex/writer.ts";
import { codex } from "../../../scripts/agents/codex.ts";
import { isObject, type JsonObject, objectOf } from "../../../scripts/base/json.ts";
import { base, CONVERSATION, emptyStore, pair, requestOf, said, writerContract } from "./contract.ts";

describe("the writer of Codex", () =>
  writerContract({
    agent: "codex",
    folder: ".codex/sessions/2026",
    unknown: [
      [".codex/sessions/store.sqlite", "SQLite"],
      [".codex/sessions/2026/11/20/thread-1.cbor", "..."],
      [
        ".codex/sessions/2026/11/20/rollout-2026-11-20T10-00-00-00000001-0000-4000-8000-000000000000.jsonl",
        '{"kind":"turn","v":9}\n',
      ],
    ],
  }));

async function recordsOf(entries: Parameters<typeof requestOf>[0], more = {}): Promise<JsonObject[]> {
  const { path } = await codexWriter.write(await emptyStore(), requestOf(entries, more));
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).filter(isObject);
}

const payloadsOf = (records: readonly JsonObject[], type: string) =>
  records.filter((record) => record.type === type).map(({ payload }) => objectOf(payload));

describe("a session of Codex", () => {
  test("begins with its head, in a file that is named for the moment and the id", async () => {
    const { path, sessionId } = await codexWriter.write(await emptyStore(), requestOf(CONVERSATION));
    expect(path).toMatch(
      new RegExp(`/sessions/2026/11/20/rollout-2026-11-20T18-30-05-${sessionId}\\.jsonl$`),
    );
    const [head] = (await readFile(path, "utf8")).split("\n");
    expect(JSON.parse(head ?? "")).toMatchObject({
      type: "session_meta",
      payload: { id: sessionId, cwd: "/home/dev/repo", source: "cli", git: { branch: "main" } },
    });
  });

  test("tells what was said to the model and to the screen", async () => {
    const records = await recordsOf(CONVERSATION);
    expect(payloadsOf(records, "event_msg").map(({ type, message }) => [type, message])).toEqual([
      ["user_message", "Add a greeting"],
      ["agent_message", "I look first."],
      ["agent_message", "Done."],
      ["thread_name_updated", undefined],
    ]);
    const items = payloadsOf(records, "response_item");
    expect(items.map(({ type }) => type)).toEqual([
      "message",
      "message",
      "function_call",
      "function_call_output",
      "message",
    ]);
  });

  test("is listed under what the person said first, not under what was put before it", async () => {
    const note = said("user", "A note", { injected: true });
    const [first] = payloadsOf(await recordsOf([note, ...CONVERSATION]), "event_msg");
    expect(first).toEqual({ type: "user_message", message: "Add a greeting" });
  });

  test("has arguments as a text of JSON, patches as plain text, and exit codes before outputs", async () => {
    const [call, result] = pair("b", "bash", { command: "false" }, "no\n");
    if (call === undefined || result?.type !== "tool_result") throw new Error("no pair");
    const records = await recordsOf([
      said("user", "Go"),
      ...pair("a", "write", { filePath: "/r/a.txt", content: "one\ntwo\n" }),
      call,
      { ...result, ok: false, exitCode: 1 },
    ]);
    const [patch, patched, command, output] = payloadsOf(records, "response_item").slice(1);
    expect(patch).toMatchObject({
      type: "custom_tool_call",
      name: "apply_patch",
      input: "*** Begin Patch\n*** Add File: /r/a.txt\n+one\n+two\n*** End Patch",
    });
    expect(patched).toEqual({ type: "custom_tool_call_output", call_id: patch?.call_id, output: "done" });
    expect(command).toMatchObject({ name: "exec_command", arguments: '{"cmd":"false"}' });
    expect(output?.output).toBe("Process exited with code 1\nOutput:\nno\n");
  });

  test("has images as data in a message of their own", async () => {
    const image = {
      ...base("i"),
      role: "user",
      type: "image",
      mediaType: "image/png",
      data: "AAAA",
      source: null,
    } as const;
    const [, item] = payloadsOf(await recordsOf([said("user", "See"), image]), "response_item");
    expect(item).toEqual({
      type: "message",
      role: "user",
      content: [{ type: "input_image", image_url: "data:image/png;base64,AAAA" }],
    });
  });

  test("lies where CODEX_HOME says, and is resumed by its id", async () => {
    const { home } = await emptyStore();
    const { path } = await codexWriter.write(
      { home, env: { CODEX_HOME: join(home, "elsewhere") } },
      requestOf(CONVERSATION),
    );
    expect(path.startsWith(join(home, "elsewhere", "sessions"))).toBe(true);
    expect(codex.writer?.resume("4c9b")).toEqual(["codex", "resume", "4c9b"]);
  });
});
