import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addFile, plainName } from "../../scripts/agents/add-file.ts";
import { addFolder } from "../../scripts/agents/add-folder.ts";
import { projectFolderName } from "../../scripts/agents/claude/store.ts";
import { hashOf } from "../../scripts/agents/gemini/store.ts";
import { refusal, run } from "../support/cli.ts";
import { repo, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";
import { snapshot } from "../support/snapshot.ts";

const EVIL = ["..", "../../x", "/etc/x", "a/../../x", "..\\x", "x\0y", ".", ""];

describe("the folder of a project", () => {
  it.each<[string, (path: string) => string]>([
    ["Claude Code", projectFolderName],
    ["Gemini CLI", hashOf],
  ])("of %s is one plain name, whatever the path", (_, nameOf) => {
    const verify = (path: string) => {
      const name = nameOf(`/${path}`);
      expect(name).toMatch(/^[A-Za-z0-9-]+$/);
      expect(basename(join("/store", name))).toBe(name);
      expect(dirname(join("/store", name))).toBe("/store");
      expect(name.length).toBeLessThan(256);
    };
    for (const path of EVIL) verify(path);
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 1000 }), verify));
  });

  it.each(EVIL)("is not taken from a store that names it %j", (name) => {
    expect(() => plainName(name, "projects.json")).toThrow("would lie outside of the store");
  });

  it.each(EVIL.filter((name) => name !== ""))(
    "that Gemini has registered as %j is refused, with nothing written",
    async (name) => {
      const here = repo();
      const home = homeWithSessions("codex", here.root);
      mkdirSync(join(home, ".gemini", "tmp"), { recursive: true });
      writeFileSync(
        join(home, ".gemini", "projects.json"),
        JSON.stringify({ projects: { [here.root]: name } }),
      );
      const before = snapshot(home);
      const error = await refusal(here, ["transfer", "codex", "gemini"], { home });
      expect(error.message).toContain("would lie outside of the store");
      expect(snapshot(home)).toEqual(before);
    },
  );
});

describe("what is added to a store", () => {
  it.each<[string, (path: string, within: string) => Promise<unknown>]>([
    ["file", (path, within) => addFile(path, "text", within)],
    ["folder", (path, within) => addFolder(path, { "a.txt": "text" }, within)],
  ])("as a %s lies in it, or nowhere", async (_, add) => {
    const folder = temporaryFolder();
    const store = join(folder, "store");
    mkdirSync(store);
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(store, "link"));
    symlinkSync("..", join(store, "up"));
    const before = snapshot(folder);
    const outside = [
      join(store, "..", "x", "y"),
      join(folder, "x", "y"),
      join(folder, "store-2", "y"),
      join(store, "link", "y"),
      join(store, "link", "deep", "y"),
      join(store, "up", "x", "y"),
    ];
    for (const path of outside) await expect(add(path, store)).rejects.toThrow("leads out of the store");
    await expect(add(join(store, "a\0b", "y"), store)).rejects.toThrow();
    expect(snapshot(folder)).toEqual(before);
    await add(join(store, "inside", "y"), store);
    expect(snapshot(folder)).not.toEqual(before);
  });
});

describe("the id of a session", () => {
  it.each(EVIL.filter((id) => id !== ""))("%j opens nothing", async (id) => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    writeFileSync(join(home, "x"), "not for you");
    for (const argv of [
      ["show", id],
      ["transfer", "claude", "codex", "--session-id", id],
    ]) {
      const error = await refusal(here, argv, { home });
      expect(error.code).toBe(4);
    }
  });

  it("as a record tells it names no file, neither where it is read nor where it goes", async () => {
    const here = repo();
    const home = temporaryFolder();
    const folder = join(home, ".claude", "projects", projectFolderName(here.root));
    mkdirSync(folder, { recursive: true });
    const record = {
      type: "user",
      uuid: "../../u",
      parentUuid: null,
      sessionId: "../../../../escaped",
      cwd: here.root,
      timestamp: "2026-01-05T12:00:00Z",
      message: { role: "user", content: "hello there" },
    };
    writeFileSync(join(folder, "0b3f1c52-0000-4000-8000-000000000001.jsonl"), `${JSON.stringify(record)}\n`);
    for (const to of ["codex", "copilot", "gemini"]) {
      const { data } = await run(here, ["transfer", "claude", to], { home });
      const { path } = data.target as { path: string };
      expect(path.startsWith(join(home, `.${to}`))).toBe(true);
    }
    expect(Object.keys(snapshot(home)).filter((path) => path.includes("escaped"))).toEqual([]);
  });
});
