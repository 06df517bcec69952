import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type RunOptions, refusal, run } from "../support/cli.ts";
import { PACKAGE } from "../support/package.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";

const EXAMPLE = join(PACKAGE, "examples", "notepad-agent");
const CONFIG = { agents: [{ name: "notepad", plugin: "baton-notepad" }] };
const SESSION = "5f0c1d8e-0000-4000-8000-000000000001";

function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
}

/** A repository whose config names the plugin, which is installed in it. */
function withPlugin(install: (folder: string) => void = copyExample): Repo {
  const here = repo({
    "baton.config.json": JSON.stringify(CONFIG),
    ".gitignore": "node_modules\n",
    "a.txt": "one\n",
  });
  const folder = join(here.root, "node_modules", "baton-notepad");
  mkdirSync(dirname(folder), { recursive: true });
  install(folder);
  return here;
}

function copyExample(folder: string): void {
  cpSync(EXAMPLE, folder, { recursive: true });
}

/** A package with this code. */
function madeOf(code: string, manifest: object = { type: "module", exports: "./index.js" }) {
  return (folder: string) => {
    writeJson(join(folder, "package.json"), { name: "baton-notepad", ...manifest });
    writeFileSync(join(folder, "index.js"), code);
  };
}

function allowing(allowed: unknown, home = temporaryFolder()): RunOptions & { home: string } {
  writeJson(join(home, ".config", "baton", "config.json"), { allow_plugins: allowed });
  return { home };
}

/** A session as Notepad would have written it. */
function addSession(home: string, here: Repo): void {
  const folder = join(home, ".notepad", "sessions");
  mkdirSync(folder, { recursive: true });
  const at = "2026-01-05T12:00:00Z";
  const lines = [
    { notepad: 1, id: SESSION, cwd: here.root, branch: "main", title: "Count the words", at },
    { id: "n1", at, who: "me", text: "Count the words in a.txt" },
    { id: "n2", at, who: "helper", call: { id: "c1", name: "shell", input: { command: "wc -w a.txt" } } },
    {
      id: "n3",
      at,
      who: "tool",
      text: "1 a.txt",
      call: { id: "c1", ok: true, exitCode: 0, interrupted: false },
    },
    { id: "n4", at, who: "helper", text: "There is one word." },
  ];
  writeFileSync(
    join(folder, `${SESSION}.jsonl`),
    `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"id":"n5","wh`,
  );
}

describe("the example of an agent from outside", () => {
  it.each<[string, (folder: string) => void]>([
    ["copied into node_modules", copyExample],
    ["linked into node_modules", (folder) => symlinkSync(EXAMPLE, folder)],
  ])("lists, shows, saves and transfers, %s", async (_, install) => {
    const here = withPlugin(install);
    const options = allowing(["baton-notepad"]);
    addSession(options.home, here);

    const { data: agents } = await run(here, ["agents"], options);
    expect(agents.agents).toContainEqual(
      expect.objectContaining({ name: "notepad", label: "Notepad", reads: true, writes: true, starts: true }),
    );
    const { data: listed } = await run(here, ["list"], options);
    expect(listed.sessions).toMatchObject([{ agent: "notepad", id: SESSION, title: "Count the words" }]);
    expect((await run(here, ["show", SESSION], options)).out).toContain("There is one word.");

    await run(here, ["save", "notepad", "--no-github"], options);
    const restored = await run(here, ["restore", "notepad"], options);
    expect(restored.out).toContain("Count the words");

    const { data } = await run(here, ["transfer", "notepad", "claude"], options);
    expect(data).toMatchObject({ source: { agent: "notepad" }, fidelity: { tool_pairs: 1 } });
    const target = data.target as { session_id: string };
    const shown = await run(here, ["show", target.session_id, "--full"], options);
    expect(shown.out).toContain("wc -w a.txt");
    expect(shown.out).toContain("1 a.txt");
  });

  it("takes the sessions of others, and gives them back without doubling them", async () => {
    const here = withPlugin();
    const options = allowing(true, homeWithSessions("claude", here.root));
    const { data: there } = await run(here, ["transfer", "claude", "notepad"], options);
    const { session_id: id } = there.target as { session_id: string };
    const { data: back } = await run(here, ["transfer", "notepad", "claude", "--session-id", id], options);
    const { session_id: home } = back.target as { session_id: string };
    const shown = await run(here, ["show", home, "--format", "json"], options);
    const { entries } = JSON.parse(shown.out) as { entries: { type: string; text?: string }[] };
    const asks = entries.filter(({ type }) => type === "text").map(({ text }) => text);
    expect(new Set(asks).size).toBe(asks.length);
    expect(asks.length).toBeGreaterThan(3);
  });

  it("says what the person can do about a session of a form that it does not know", async () => {
    const here = withPlugin();
    const options = allowing(true);
    const path = join(options.home, ".notepad", "sessions", "x.jsonl");
    const head = { notepad: 7, id: "x", cwd: here.root, branch: null, title: null, at: null };
    writeJson(path, head);
    writeFileSync(path, `${JSON.stringify(head)}\n`);
    const error = await refusal(here, ["show", "x"], options);
    expect(error.message).toContain("The plugin baton-notepad failed");
    expect(error.message).toContain("form 7");
    expect(error.fix).toBe("npm install --save-dev baton-notepad@latest");
  });
});

describe("a plugin", () => {
  // Whoever runs it finds out.
  const LOUD = 'throw new Error("it runs");';

  it.each<[string, unknown]>([
    ["that nobody allowed", undefined],
    ["where another one is allowed", ["baton-other"]],
    ["that the person forbids", false],
  ])("runs no code %s, and its agent works as the config describes it", async (_, allowed) => {
    const here = withPlugin(madeOf(LOUD));
    const options = allowing(allowed);
    for (const argv of [["agents"], ["list"], ["status"], ["save", "notepad", "--no-github"], ["doctor"]]) {
      const { talk } = await run(here, argv, options);
      const names = [...(Array.isArray(allowed) ? allowed : []), "baton-notepad"];
      expect(talk).toContain(`"allow_plugins": ${JSON.stringify(names)}`);
      expect(talk).toContain(join(options.home, ".config", "baton", "config.json"));
    }
    const { data } = await run(here, ["agents"], options);
    expect(data.agents).toContainEqual(expect.objectContaining({ name: "notepad", reads: false }));
  });

  it("that is allowed runs, so that these tests would notice", async () => {
    const error = await refusal(withPlugin(madeOf(LOUD)), ["list"], allowing(["baton-notepad"]));
    expect(error.message).toContain("it runs");
  });

  it("that the repository commits does not run, whatever is allowed", async () => {
    const here = withPlugin(madeOf(LOUD));
    here.git("add", "-f", "node_modules");
    const { talk } = await run(here, ["agents"], allowing(true));
    expect(talk).toContain("commits its node_modules");
  });

  it("cannot be allowed by the repository", async () => {
    const here = withPlugin(madeOf(LOUD));
    writeJson(join(here.root, "baton.config.json"), { ...CONFIG, allow_plugins: true });
    const error = await refusal(here, ["list"]);
    expect(error.message).toContain("allow_plugins is the person's own to set");
  });

  it("that is not installed is missed, and stops nothing", async () => {
    const here = repo({ "baton.config.json": JSON.stringify(CONFIG) });
    const { talk, data } = await run(here, ["agents"], allowing(true));
    expect(talk).toContain("npm install --save-dev baton-notepad");
    expect(data.agents).toContainEqual(expect.objectContaining({ name: "notepad" }));
  });

  it("is not taken from the folders above", async () => {
    const above = temporaryFolder();
    const folder = join(above, "node_modules", "baton-notepad");
    mkdirSync(folder, { recursive: true });
    madeOf(LOUD)(folder);
    const here = repo();
    here.git("init", "-q", join(above, "inner"));
    writeJson(join(above, "inner", "baton.config.json"), CONFIG);
    const { talk } = await run(here, ["agents"], { ...allowing(true), cwd: join(above, "inner") });
    expect(talk).toContain("is not installed");
  });

  it.each(["../evil", "/etc/evil", "a/b", "@scope/../evil", "", "x\0y", "."])(
    "has the name of a package, not %j",
    async (plugin) => {
      const here = repo({ "baton.config.json": JSON.stringify({ agents: [{ name: "x", plugin }] }) });
      const error = await refusal(here, ["agents"], allowing(true));
      expect(error.message).toContain("agents.0.plugin: must be the name of a package");
    },
  );

  const agent = (members: string) =>
    `export const agent = { batonAdapter: 1, name: "notepad", label: "N", stateFile: ".n/s.json", ${members} };`;

  it.each([
    ["nothing of that name", "export const other = 1;", /baton-notepad has a fault:\n {2}agent\.?: /],
    ["no version", 'export const agent = { name: "notepad" };', /agent\.batonAdapter: must be 1/],
    ["a version to come", agent("batonAdapter: 2"), /agent\.batonAdapter: must be 1/],
    ["no label", agent("label: undefined"), /agent\.label: /],
    ["an empty name", agent('name: ""'), /agent\.name: must not be empty/],
    ["a state outside", agent('stateFile: "../s.json"'), /agent\.stateFile: must be a path below/],
    [
      "a state at an absolute path",
      agent('stateFile: "/tmp/s.json"'),
      /agent\.stateFile: must be a path below/,
    ],
    ["a state in git's folder", agent('stateFile: ".git/config"'), /agent\.stateFile: must be a path below/],
    ["an older state outside", agent('olderStateFiles: ["../../x"]'), /agent\.olderStateFiles\.0: must be/],
    ["half a reader", agent("reader: { places() {} }"), /agent\.reader\.sessions: must be a function/],
    ["a writer that cannot write", agent("writer: { write: 1 }"), /agent\.writer\.write: must be a function/],
    ["a launch that is no function", agent('launch: ["x"]'), /agent\.launch: must be a function/],
    ["a syntax error", "export const = 1;", /baton-notepad cannot be loaded/],
    ["a missing import", 'import "./gone.js";', /baton-notepad cannot be loaded.*gone\.js/],
  ])("with %s is refused, by package and field", async (_, code, message) => {
    const error = await refusal(withPlugin(madeOf(code)), ["list"], allowing(["baton-notepad"]));
    expect(error.message).toMatch(message);
    expect(error.message).toContain("baton-notepad");
    expect(error.fix).toContain("baton-notepad");
    expect(error.code).toBe(6);
  });

  it("for an agent of another name says how to write it", async () => {
    const error = await refusal(withPlugin(madeOf(agent('name: "other"'))), ["list"], allowing(true));
    expect(error.message).toContain('agent.name is "other"');
    expect(error.fix).toContain('{ "name": "other", "plugin": "baton-notepad" }');
  });

  it.each<[string, object]>([
    ["exports as a text", { type: "module", exports: "./index.js" }],
    ["exports of an import", { type: "module", exports: { ".": { import: "./index.js" } } }],
    [
      "exports of types and a default",
      { type: "module", exports: { types: "./x.d.ts", default: "./index.js" } },
    ],
    ["main", { type: "module", main: "index.js" }],
    ["nothing but its index.js", { type: "module" }],
  ])("is found by %s", async (_, manifest) => {
    const { data } = await run(withPlugin(madeOf(agent(""), manifest)), ["agents"], allowing(true));
    expect(data.agents).toContainEqual(expect.objectContaining({ name: "notepad", label: "N" }));
  });

  it.each<[string, object]>([
    ["a file that is not there", { exports: "./gone.js" }],
    ["a file outside of it", { exports: "../../../a.txt" }],
    ["nothing for an import", { exports: { "./other": "./index.js" } }],
  ])("that names %s is refused", async (_, manifest) => {
    const error = await refusal(withPlugin(madeOf(agent(""), manifest)), ["agents"], allowing(true));
    expect(error.message).toContain("baton-notepad names no file to import");
  });

  it.each([
    ["places", "agents"],
    ["sessions", "list"],
  ])("that throws in %s is named, so that nobody looks for the fault in Baton", async (member, command) => {
    const reader = `reader: { places: async () => [], async *sessions() {}, open() {}, ${member}() { throw new TypeError("oops") } }`;
    const error = await refusal(withPlugin(madeOf(agent(reader))), [command], allowing(true));
    expect(error.message).toBe("The plugin baton-notepad failed: oops");
    expect(error.fix).toContain("npm bugs baton-notepad");
  });
});
