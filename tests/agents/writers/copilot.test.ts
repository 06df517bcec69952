import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Entry } from "../../../schema/transcript.ts";
import { knownAgents } from "../../../scripts/agents/index.ts";
import { sessionsOf } from "../contract.ts";
import {
  adapterOf,
  base,
  CONVERSATION,
  emptyStore,
  pair,
  readBack,
  requestOf,
  said,
  writerContract,
} from "./contract.ts";

describe("the writer of Copilot CLI", () =>
  writerContract({
    agent: "copilot",
    unknown: [[".copilot/session-state/sessions.bin", "?"]],
    folder: ".copilot/session-state",
    beside: ["workspace.yaml"],
  }));

const { reader, writer } = adapterOf("copilot");
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The events that a conversation becomes. */
async function eventsOf(entries: readonly Entry[], more: Parameters<typeof requestOf>[1] = {}) {
  const { path } = await writer.write(await emptyStore(), requestOf(entries, more));
  return (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const image: Entry = {
  ...base("i"),
  role: "user",
  type: "image",
  mediaType: "image/png",
  data: PIXEL,
  source: "a.png",
};

describe("a session of Copilot", () => {
  test("is a chain of events that begins with where it is", async () => {
    const events = await eventsOf(CONVERSATION, { cwd: "/home/dev/it's here", branch: "topic" });
    const context = { cwd: "/home/dev/it's here", gitRoot: "/home/dev/it's here", branch: "topic" };
    expect(events[0]).toMatchObject({ type: "session.start", parentId: null, data: { version: 1, context } });
    expect(events.slice(1).map(({ parentId }) => parentId)).toEqual(events.slice(0, -1).map(({ id }) => id));
  });

  test("names a model only where one is asked for: it is for the person's settings to say", async () => {
    expect((await eventsOf(CONVERSATION))[0].data).not.toHaveProperty("selectedModel");
    expect((await eventsOf(CONVERSATION, { model: "gpt-4.1" }))[0].data.selectedModel).toBe("gpt-4.1");
  });

  test("is described beside its events, whatever is in the names", async () => {
    const title = 'A "title": # [with] & everything\nin it';
    const store = await emptyStore();
    const more = { title, cwd: "/home/dev/a: b", branch: "- x" } as Parameters<typeof requestOf>[1];
    const { path, sessionId } = await writer.write(store, requestOf(CONVERSATION, more));
    expect(parse(await readFile(join(dirname(path), "workspace.yaml"), "utf8"))).toMatchObject({
      id: sessionId,
      name: title,
      user_named: false,
      cwd: "/home/dev/a: b",
      branch: "- x",
    });
    expect(await sessionsOf(reader, store, ["/home/dev/a: b"])).toMatchObject([
      { id: sessionId, branch: "- x" },
    ]);
  });

  test("has a reply and the calls that it asks for in one event", async () => {
    const [call, result] = pair("1", "bash", { command: "ls" }, "README.md\n");
    const [other, otherResult] = pair("2", "mystery", {});
    if (!call || !result || !other || !otherResult) throw new Error("no pair");
    const events = await eventsOf([
      said("user", "Look"),
      said("assistant", "I look."),
      call,
      other,
      result,
      otherResult,
    ]);
    const types = events.map(({ type }) => type);
    expect(types).toEqual([
      "session.start",
      "user.message",
      "assistant.message",
      "tool.execution_start",
      "assistant.message",
      "tool.execution_complete",
      "assistant.message",
    ]);
    expect(events[2].data).toMatchObject({
      content: "I look.",
      toolRequests: [{ name: "bash", arguments: { command: "ls" } }],
    });
    expect(events[5].data).toMatchObject({ success: true, result: { content: "README.md\n" } });
  });

  test("tells the model the exit code of a command that failed, and the reader its bare output", async () => {
    const [call, result] = pair("1", "bash", { command: "test -f x" }, "");
    if (call === undefined || result?.type !== "tool_result") throw new Error("no pair");
    const entries = [said("user", "Look"), call, { ...result, ok: false, exitCode: 3 }];
    const events = await eventsOf(entries);
    expect(events.at(-1).data).toMatchObject({ shellExecution: { exitCode: 3 }, success: true });
    expect(events.at(-1).data.result.content).toContain("exit code 3");
    const store = await emptyStore();
    const { sessionId } = await writer.write(store, requestOf(entries));
    expect((await readBack(reader, store, sessionId)).at(-1)).toMatchObject({
      output: "",
      ok: false,
      exitCode: 3,
    });
  });

  test("gives an interrupted call its end", async () => {
    const [call, result] = pair("1", "bash", { command: "sleep 9" }, "It was interrupted.");
    if (call === undefined || result?.type !== "tool_result") throw new Error("no pair");
    const events = await eventsOf([said("user", "Wait"), call, { ...result, ok: null, interrupted: true }]);
    const error = { code: "interrupted", message: "It was interrupted." };
    expect(events.at(-1).data).toMatchObject({ success: false, error });
  });

  test("attaches images to what they came with", async () => {
    const events = await eventsOf([
      said("user", "See this"),
      image,
      ...pair("1", "view", { path: "a.png" }),
      image,
    ]);
    const blob = { type: "blob", mimeType: "image/png", data: PIXEL, displayName: "a.png" };
    expect(events[1].data).toMatchObject({ content: "See this", attachments: [blob] });
    const binary = { type: "image", mimeType: "image/png", data: PIXEL };
    expect(events.at(-1).data.result.binaryResultsForLlm).toMatchObject([binary]);
  });

  test("shows what a client said as no words of the person", async () => {
    const events = await eventsOf([said("user", "A reminder", { injected: true }), said("user", "Hello")]);
    expect(events[1].data).toEqual({ content: "A reminder", source: "system" });
    expect(events[2].data).toEqual({ content: "Hello" });
  });

  test("lies where COPILOT_HOME says", async () => {
    const { home } = await emptyStore();
    const store = { home: "/nowhere", env: { COPILOT_HOME: join(home, "elsewhere") } };
    const { path, sessionId } = await writer.write(store, requestOf(CONVERSATION));
    expect(path).toBe(join(home, "elsewhere", "session-state", sessionId, "events.jsonl"));
  });

  test("is not taken back when the client has put something beside it", async () => {
    const store = await emptyStore();
    const { path, undo } = await writer.write(store, requestOf(CONVERSATION));
    await writeFile(join(dirname(path), "session.db"), "");
    await undo();
    expect(await sessionsOf(reader, store)).toHaveLength(1);
  });

  test("is resumed by its id", () => {
    expect(writer.resume("an-id")).toEqual(["copilot", "--resume=an-id"]);
    expect(knownAgents().find(({ name }) => name === "copilot")?.writer).toBe(writer);
  });
});
