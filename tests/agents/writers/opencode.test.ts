import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Entry } from "../../../schema/transcript.ts";
import { knownAgents } from "../../../scripts/agents/index.ts";
import { Ids, sessionIdAt } from "../../../scripts/agents/opencode/ids.ts";
import { modelIn, ownModel } from "../../../scripts/agents/opencode/models.ts";
import { openCodeReader } from "../../../scripts/agents/opencode/reader.ts";
import { risingTimes } from "../../../scripts/agents/opencode/rising-times.ts";
import { openCodeWriter } from "../../../scripts/agents/opencode/writer.ts";
import { EXIT, isUserError } from "../../../scripts/base/errors.ts";
import { copyOf, fixturesOf, sessionsOf } from "../contract.ts";
import { madeClient } from "../made/opencode-client.ts";
import { base, CONVERSATION, emptyStore, NOW, pair, requestOf, said, tellingContract } from "./contract.ts";

const reader = openCodeReader();

describe("the writer of OpenCode", () => tellingContract(reader, openCodeWriter(madeClient().run), true));

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** What the client is given to import. */
async function importOf(entries: readonly Entry[], more: Parameters<typeof requestOf>[1] = {}) {
  const { run } = madeClient();
  let given = "";
  const writer = openCodeWriter(async (store, folder, args) => {
    if (args[0] === "import") given = await readFile(args[1] ?? "", "utf8");
    return run(store, folder, args);
  });
  const written = await writer.write(await emptyStore(), requestOf(entries, more));
  return { ...JSON.parse(given), written };
}

/** All files of a store, by path. */
async function filesOf(home: string): Promise<Record<string, string>> {
  const found = await readdir(home, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(paths.map((path) => readFile(path, "base64")));
  return Object.fromEntries(paths.map((path, index) => [path, contents[index] ?? ""]));
}

describe("a session of OpenCode", () => {
  test("goes in through its own import, in the folder of the repository", async () => {
    const { run, asked } = madeClient();
    const store = await emptyStore();
    const { sessionId, path } = await openCodeWriter(run).write(store, requestOf(CONVERSATION));
    expect(asked.find(({ args }) => args[0] === "import")?.folder).toBe("/home/dev/repo");
    const [session, ...others] = await sessionsOf(reader, store, ["/home/dev/repo"]);
    expect(session).toMatchObject({
      id: sessionId,
      path,
      title: "Add a greeting",
      cwd: "/home/dev/repo",
      turns: 1,
    });
    expect(others).toEqual([]);
  });

  test("leaves no copy of the conversation behind", async () => {
    const files: string[] = [];
    const { run } = madeClient();
    const writer = openCodeWriter(async (store, folder, args) => {
      if (args[0] === "import") files.push(args[1] ?? "");
      return run(store, folder, args);
    });
    await writer.write(await emptyStore(), requestOf(CONVERSATION));
    expect(files).toHaveLength(1);
    for (const file of files) expect(await readdir(dirname(file)).catch(() => "gone")).toBe("gone");
  });

  test("names the model of the person in every message, and no permissions", async () => {
    const { info, messages } = await importOf(CONVERSATION);
    const own = { providerID: "fake", modelID: "own-model" };
    for (const message of messages) {
      expect(message.info.role === "user" ? message.info.model : message.info).toMatchObject(own);
    }
    expect(JSON.stringify({ info, messages })).not.toMatch(/permission|anthropic|signature/);
    const chosen = await importOf(CONVERSATION, { model: "some/where/else" });
    expect(chosen.messages[0].info.model).toEqual({ providerID: "some", modelID: "where/else" });
  });

  test("has ids in the client's form, which ascend", async () => {
    const { info, messages } = await importOf(CONVERSATION);
    expect(info.id).toMatch(/^ses_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
    const ids = messages.map((message: { info: { id: string } }) => message.info.id);
    expect(ids).toEqual([...ids].sort());
    for (const id of ids) expect(id).toMatch(/^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
    for (const {
      info: { id },
      parts,
    } of messages) {
      for (const part of parts) expect(part).toMatchObject({ sessionID: info.id, messageID: id });
    }
  });

  test("is in order by time, whatever the times of the entries are", async () => {
    const times = [
      NOW.toISOString(),
      "2026-01-05T12:00:00Z",
      null,
      "2026-01-05T11:00:00Z",
      "2040-01-01T00:00:00Z",
    ];
    const entries = times.map((at, index) => said("user", `Words ${index}`, { at }));
    const { messages } = await importOf(entries);
    const created: number[] = messages.map(
      (message: { info: { time: { created: number } } }) => message.info.time.created,
    );
    expect(created).toEqual([...new Set(created)].sort((a, b) => a - b));
    expect(Math.max(...created)).toBeLessThan(NOW.getTime());
    const texts = messages.map(({ parts }: { parts: { text: string }[] }) => parts[0]?.text);
    expect(texts).toEqual(entries.map(({ text }) => text));
  });

  test("gives each call its end", async () => {
    const [call, result] = pair("1", "Bash", { command: "false" }, "It failed.");
    if (call?.type !== "tool_call" || result?.type !== "tool_result") throw new Error("no pair");
    const { messages } = await importOf([
      said("user", "Go"),
      call,
      { ...result, ok: false, exitCode: 1 },
      { ...call, callId: "2" },
      { ...result, callId: "2", ok: false },
      { ...call, callId: "3" },
      { ...result, callId: "3", ok: null, interrupted: true },
    ]);
    const input = { command: "false" };
    const parts = messages.slice(1).flatMap((message: { parts: unknown[] }) => message.parts);
    expect(parts).toMatchObject([
      { tool: "bash", state: { status: "completed", input, output: "It failed.", metadata: { exit: 1 } } },
      {
        tool: "bash",
        state: { status: "error", input, error: "It failed.", metadata: { interrupted: false } },
      },
      {
        tool: "bash",
        state: { status: "error", input, error: "It failed.", metadata: { interrupted: true } },
      },
    ]);
  });

  test("attaches images to what they came with", async () => {
    const image: Entry = {
      ...base("i"),
      role: "user",
      type: "image",
      mediaType: "image/png",
      data: PIXEL,
      source: "a.png",
    };
    const { messages } = await importOf([
      said("user", "See"),
      image,
      ...pair("1", "Read", { file_path: "a.png" }),
      image,
    ]);
    const file = {
      type: "file",
      mime: "image/png",
      filename: "a.png",
      url: `data:image/png;base64,${PIXEL}`,
    };
    expect(messages[0].parts).toContainEqual(expect.objectContaining(file));
    expect(messages[1].parts[0].state.attachments).toMatchObject([file]);
  });

  test("can be resumed by its id, on the screen", () => {
    const writer = knownAgents().find(({ name }) => name === "opencode")?.writer;
    expect(writer?.resume("ses_1")).toEqual(["opencode", "--session", "ses_1"]);
  });
});

describe("what is there already", () => {
  test.each(fixturesOf("opencode"))(
    "stays as it is, before and after it is taken back: $name",
    async (fixture) => {
      const store = await copyOf(fixture.store);
      const before = await filesOf(store.home);
      const { undo } = await openCodeWriter(madeClient().run).write(store, requestOf(CONVERSATION));
      expect(await filesOf(store.home)).toMatchObject(before);
      await undo();
      expect(await filesOf(store.home)).toEqual(before);
    },
  );

  test("is not touched when it is of a form that is not known", async () => {
    const store = await emptyStore();
    const database = join(store.home, ".local", "share", "opencode", "opencode.db");
    await mkdir(dirname(database), { recursive: true });
    await writeFile(database, "no database");
    const before = await filesOf(store.home);
    const error = await openCodeWriter(madeClient().run)
      .write(store, requestOf(CONVERSATION))
      .catch((reason) => reason);
    expect(isUserError(error) && error.code).toBe(EXIT.unknownFormat);
    expect(await filesOf(store.home)).toEqual(before);
  });
});

describe("a failure", () => {
  test("in the middle of the import takes back what was imported", async () => {
    const store = await emptyStore();
    const { run } = madeClient({ takes: 1 });
    await expect(openCodeWriter(run).write(store, requestOf(CONVERSATION))).rejects.toThrow(
      /Invalid message/,
    );
    expect(await filesOf(store.home)).toEqual({});
  });

  test("to take it back says how to do it by hand", async () => {
    const { run } = madeClient({ takes: 1, fails: ["session"] });
    const error = await openCodeWriter(run)
      .write(await emptyStore(), requestOf(CONVERSATION))
      .catch((reason) => reason);
    expect(isUserError(error) && error.fix).toMatch(/^Delete it: opencode session delete ses_/);
  });

  test("to find the command says that it is needed, and writes nothing", async () => {
    const store = await emptyStore();
    const error = await openCodeWriter()
      .write(store, requestOf(CONVERSATION))
      .catch((reason) => reason);
    expect(isUserError(error) && error.code).toBe(EXIT.notFound);
    expect(await filesOf(store.home)).toEqual({});
  });
});

describe("the opencode command", () => {
  test("is found on the person's PATH, and runs in the repository with the person's environment", async () => {
    const store = await emptyStore();
    const cwd = await realpath(await mkdtemp(join(tmpdir(), "baton-opencode-")));
    onTestFinished(() => rm(cwd, { recursive: true }));
    const script = '#!/bin/sh\nprintf "%s %s %s %s" "$(pwd -P)" "$PWD" "$HOME" "$OWN"; exit 0\n';
    await writeFile(join(store.home, "opencode"), script);
    await chmod(join(store.home, "opencode"), 0o755);
    const { runOpenCode } = await import("../../../scripts/agents/opencode/command.ts");
    const answer = await runOpenCode(
      { ...store, env: { PATH: `${store.home}:/bin:/usr/bin`, OWN: "x" } },
      cwd,
      [],
    );
    expect(answer?.stdout).toBe(`${cwd} ${cwd} ${store.home} x`);
  });

  test("confirms a session that it has, and none that it does not have", async () => {
    const { run } = madeClient();
    const writer = openCodeWriter(run);
    const store = await emptyStore();
    const { sessionId } = await writer.write(store, requestOf(CONVERSATION));
    expect(await writer.confirm?.(store, sessionId, "/home/dev/repo")).toBe(true);
    expect(await writer.confirm?.(store, "ses_other", "/home/dev/repo")).toBe(false);
    expect(await openCodeWriter().confirm?.(store, sessionId, "/")).toBe(null);
  });
});

describe("the model", () => {
  test.each([
    ["fake/some-model", { providerID: "fake", modelID: "some-model" }],
    ["router/maker/some-model", { providerID: "router", modelID: "maker/some-model" }],
    ["some-model", null],
    ["", null],
    [undefined, null],
  ])("%s is %j", (text, model) => {
    expect(modelIn(text)).toEqual(model);
  });

  test("is what the settings name, else what was used last, else the first that there is", async () => {
    const store = await emptyStore();
    const models = ["free/first", "free/second"];
    const first = madeClient({ settings: {}, models }).run;
    expect(await ownModel(first, store, "/")).toEqual({ providerID: "free", modelID: "first" });
    const state = join(store.home, ".local", "state", "opencode");
    await mkdir(state, { recursive: true });
    const last = { providerID: "used", modelID: "last" };
    await writeFile(
      join(state, "model.json"),
      JSON.stringify({ recent: [last, { providerID: "x", modelID: "y" }] }),
    );
    expect(await ownModel(first, store, "/")).toEqual(last);
    const named = madeClient({ models }).run;
    expect(await ownModel(named, store, "/")).toEqual({ providerID: "fake", modelID: "own-model" });
  });

  test("must be there: a session without one cannot be resumed", async () => {
    const { run } = madeClient({ settings: {} });
    await expect(ownModel(run, await emptyStore(), "/")).rejects.toThrow(/no model/);
  });
});

test("times rise, stay below the end, and change no more than they must", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 20 }), (times) => {
      const rising = risingTimes(times, 1000);
      expect(rising).toHaveLength(times.length);
      for (const [index, time] of rising.entries()) expect(time).toBeLessThan(rising[index + 1] ?? 1000);
      const sorted = [...new Set(times)].sort((a, b) => a - b).filter((time) => time < 1000);
      expect(risingTimes(sorted, 1000)).toEqual(sorted);
    }),
  );
  expect(risingTimes([900, 100, 200], 1000)).toEqual([99, 100, 200]);
});

test("ids of messages ascend and come before those that the client makes later; sessions come newest first", () => {
  const ids = new Ids(NOW, 5000);
  const made = Array.from({ length: 5000 }, () => ids.next("msg"));
  expect(made).toEqual([...made].sort());
  expect(new Ids(NOW, 0).next("msg") > (made.at(-1) ?? "")).toBe(true);
  expect(sessionIdAt(NOW) < sessionIdAt(new Date(NOW.getTime() - 1))).toBe(true);
});
