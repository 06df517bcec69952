import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isUserError } from "../../scripts/base/errors.ts";
import { ignoreRules } from "../../scripts/commands/init/ignore-rules.ts";
import { change, run, said, save } from "../hooks/support.ts";
import { run as command } from "../support/cli.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { baton, snapshot } from "./init-support.ts";

const MANIFEST = '{\n  "name": "x",\n  "scripts": {\n    "test": "true"\n  }\n}\n';

function read(here: Repo, path: string): string {
  return readFileSync(join(here.root, path), "utf8");
}

describe("init", () => {
  it("puts scripts, ignore rules, hooks and a config into a Node project", async () => {
    const here = repo({ "package.json": MANIFEST });
    const report = await baton(here);
    expect(report.code).toBe(0);
    expect(JSON.parse(read(here, "package.json")).scripts).toEqual({
      test: "true",
      "session:save": "baton save",
      "session:restore": "baton restore",
      "session:handoff": "baton handoff",
      "session:status": "baton status",
      "session:validate": "baton validate",
      "session:escalate": "baton escalate",
      "session:doctor": "baton doctor",
    });
    expect(JSON.parse(read(here, "baton.config.json")).$schema).toBe(
      "./node_modules/agent-baton/schema/config.schema.json",
    );
    for (const path of [
      ".claude/.session-state.json",
      ".github/copilot-session-state.json",
      ".x/.session-brief.md",
    ]) {
      expect(here.git("check-ignore", path)).toBe(path);
    }
    await save(here);
    // Nothing is installed yet.
    expect(said(change(here))).toEqual(["baton: 1 commit came since the claude state was saved."]);
    expect(report.out).toContain("In an up-to-date checkout of Baton: npm ci && npm pack");
    expect(report.out).not.toContain("install --save-dev agent-baton");
  });

  it("puts hooks and ignore rules into what is not a Node project, and names no script", async () => {
    const here = repo({ "main.py": "pass\n" });
    const report = await baton(here);
    expect(report.out).toMatch(/^ +baton save claude$/m);
    expect(existsSync(join(here.root, "package.json"))).toBe(false);
    expect(read(here, "baton.config.json")).not.toContain("$schema");
    await save(here);
    expect(said(change(here))).toHaveLength(1);
  });

  it("names every change with --dry-run, and writes nothing", async () => {
    const here = repo({ "package.json": MANIFEST });
    const before = snapshot(here);
    const report = await baton(here, { dryRun: true });
    expect(snapshot(here)).toEqual(before);
    expect(report.out).toContain("--- a/package.json\n+++ b/package.json\n");
    expect(report.out).toContain('+    "session:save": "baton save",');
    // What is new is named, and shown only on demand: it is not the person's own.
    expect(report.out).toContain("  - .git/hooks/pre-commit would be made (");
    expect(report.out).not.toContain("--- /dev/null");
    expect(report.out.split("\n").length).toBeLessThan(50);
    const whole = await command(here, ["init", "--dry-run", "--verbose"]);
    expect(snapshot(here)).toEqual(before);
    expect(whole.out).toContain("--- /dev/null\n+++ b/.git/hooks/pre-commit\n");
    await baton(here);
    const changed = Object.entries(snapshot(here)).filter(([path, text]) => before[path] !== text);
    expect((report.data.files as { path: string }[]).map((file) => file.path).sort()).toEqual(
      changed.map(([path]) => path).sort(),
    );
    const there = snapshot(here);
    expect((await baton(here, { dryRun: true, remove: true })).out).toContain(
      '-    "session:save": "baton save",',
    );
    expect(snapshot(here)).toEqual(there);
  });

  it("says what to commit, and that every other clone needs it once", async () => {
    const here = repo({ "package.json": MANIFEST });
    const { out } = await baton(here);
    expect(out).toContain(
      "   git add .gitignore package.json baton.config.json && git commit -m 'Add Baton'\n",
    );
    expect(out).toContain("In every other clone, once: baton init\n");
    expect(here.git("add", "package.json", ".gitignore", "baton.config.json")).toBe("");
    const again = (await baton(here)).out;
    expect(again).toContain("Baton is in place already.");
    expect(again).not.toContain("git add");
    expect((await baton(here, { remove: true })).out).not.toContain("git add");
  });

  it("leaves scripts of the same names as they are, and says so", async () => {
    const manifest = '{ "scripts": { "session:save": "mine", "session:status": "mine too" } }';
    const here = repo({ "package.json": manifest });
    expect((await baton(here)).out).toContain("its own session:save and session:status");
    expect(JSON.parse(read(here, "package.json")).scripts).toMatchObject({
      "session:save": "mine",
      "session:restore": "baton restore",
    });
    await baton(here, { remove: true });
    expect(read(here, "package.json")).toBe(manifest);
  });

  it("refuses a package.json that it cannot read before anything is written", async () => {
    const here = repo({ "package.json": '{ "name": ' });
    const before = snapshot(here);
    await expect(baton(here)).rejects.toSatisfy(isUserError);
    expect(snapshot(here)).toEqual(before);
  });

  it("refuses a bare repository", async () => {
    const bare = repoAt(temporaryFolder());
    bare.git("init", "-q", "--bare");
    await expect(baton(bare)).rejects.toSatisfy(isUserError);
  });

  it("keeps settings that stand in package.json in force", async () => {
    const here = repo({ "package.json": '{ "baton": { "github": false } }' });
    await baton(here);
    expect(existsSync(join(here.root, "baton.config.json"))).toBe(false);
  });

  it("has git ignore the states that the config puts elsewhere, whatever their names", async () => {
    const here = repo({ "a.txt": "a\n" });
    const files = ["notes/state.json", "we ird/[a]*?.json", "plain.json"];
    const agents = files.map((state_file, i) => ({ name: `agent${i}`, state_file }));
    here.write("baton.config.json", JSON.stringify({ agents }));
    await baton(here);
    for (const file of files) {
      const brief = join(file, "..", ".session-brief.md");
      for (const path of [file, `${file}.corrupt-1`, brief])
        expect(here.git("check-ignore", path)).toBe(path);
    }
    expect(run(here, ["check-ignore", "we ird/ax.json"]).code).toBe(1);
    expect(ignoreRules([".aider/.session-state.json"])).toEqual(ignoreRules([]));
  });

  it("leaves links alone", async () => {
    const here = repo({ "package.json": MANIFEST, "shared/ignore": "x\n" });
    symlinkSync("shared/ignore", join(here.root, ".gitignore"));
    symlinkSync("../../shared/hook", join(here.root, ".git/hooks/pre-push"));
    const report = await baton(here);
    expect(read(here, "shared/ignore")).toBe("x\n");
    expect(report.out).toContain(".gitignore is a link");
    expect(report.out).toContain(".git/hooks/pre-push is a link");
    expect(existsSync(join(here.root, "shared/hook"))).toBe(false);
  });

  it("works from a folder below", async () => {
    const here = repo({ "deep/er/a.txt": "a\n" });
    await baton(here, { cwd: join(here.root, "deep/er") });
    expect(existsSync(join(here.root, ".gitignore"))).toBe(true);
    expect(existsSync(join(here.root, ".git/hooks/pre-commit"))).toBe(true);
  });

  it("from a linked working tree, reaches the hooks that all share", async () => {
    const here = repo({ "a.txt": "a\n" });
    const other = repoAt(join(temporaryFolder(), "linked"));
    here.git("worktree", "add", "-q", other.root, "-b", "other");
    await baton(other);
    expect(existsSync(join(here.root, ".git/hooks/pre-commit"))).toBe(true);
    for (const place of [here, other]) {
      await save(place);
      expect(said(change(place))).toHaveLength(1);
    }
    await baton(other, { remove: true });
    expect(existsSync(join(here.root, ".git/hooks/pre-commit"))).toBe(false);
  });

  it("in a submodule, stays in the submodule", async () => {
    const inner = repo({ "a.txt": "a\n" });
    const outer = repo({ "o.txt": "o\n" });
    outer.git("submodule", "add", "-q", inner.root, "sub");
    const sub = repoAt(join(outer.root, "sub"));
    await baton(sub);
    expect(existsSync(join(outer.root, ".git/modules/sub/hooks/pre-commit"))).toBe(true);
    expect(existsSync(join(outer.root, ".git/hooks/pre-commit"))).toBe(false);
  });

  it("brings a newer script and newer blocks into place", async () => {
    const here = repo({
      "package.json": MANIFEST,
      ".gitignore": "dist\n# >>> baton >>>\n/old\n# <<< baton <<<\nlast\n",
    });
    const fresh = repo({ "package.json": MANIFEST, ".gitignore": "dist\nlast\n" });
    const before = snapshot(fresh);
    await baton(here);
    const there = snapshot(here);
    here.write(".git/baton/hooks.sh", "exit 0\n");
    here.write(".git/hooks/pre-push", "#!/bin/sh\nmine\n# >>> baton >>>\nold\n# <<< baton <<<\n");
    await baton(here);
    expect(snapshot(here)[".git/baton/hooks.sh"]).toBe(there[".git/baton/hooks.sh"]);
    expect(read(here, ".git/hooks/pre-push")).toMatch(/^#!\/bin\/sh\nmine\n# >>> baton >>>\n# Looks after/);
    expect(read(here, ".gitignore")).toMatch(/^dist\n# >>> baton >>>\n# Saved(.*\n)*last\n$/);
    await baton(here, { remove: true });
    expect(snapshot(here)[".gitignore"]).toBe(before[".gitignore"]);
    expect(read(here, ".git/hooks/pre-push")).toBe("#!/bin/sh\nmine\n");
    expect(existsSync(join(here.root, ".git/baton"))).toBe(false);
  });
});

describe("init twice is init once, and --remove gives back every byte", () => {
  const places: [string, Record<string, string>][] = [
    ["nothing but a file", { "a.txt": "a\n" }],
    ["two spaces", { "package.json": MANIFEST }],
    ["tabs, CRLF", { "package.json": MANIFEST.replaceAll("  ", "\t").replaceAll("\n", "\r\n") }],
    ["four spaces, no line feed at the end", { "package.json": MANIFEST.replaceAll("  ", "    ").trimEnd() }],
    ["a byte order mark", { "package.json": `\uFEFF${MANIFEST}` }],
    ["one line", { "package.json": '{"name":"x"}' }],
    ["one line with scripts", { "package.json": '{ "scripts": { "a": "b" }, "name": "x" }\n' }],
    ["empty scripts", { "package.json": '{\n  "name": "x",\n  "scripts": {}\n}\n' }],
    ["empty scripts in one line", { "package.json": '{"name":"x","scripts":{}}' }],
    ["no scripts", { "package.json": '{\n  "name": "x",\n  "version": "1.0.0"\n}\n' }],
    ["mixed layout", { "package.json": '{\n  "name": "x", "scripts": {"a": "b"},\n  "z": [1,\n 2]\n}\n' }],
    ["an empty object", { "package.json": "{}" }],
    ["ignore rules without a line feed at the end", { ".gitignore": "node_modules" }],
    ["ignore rules with CRLF", { ".gitignore": "a\r\nb\r\n" }],
    ["an empty .gitignore", { ".gitignore": "" }],
    ["blank lines at the end of .gitignore", { ".gitignore": "a\n\n\n" }],
    ["a config of its own", { "baton.config.json": '{ "github": false }\n' }],
    ["a hook of its own", { ".git/hooks/pre-commit": "#!/bin/sh\necho mine\nexit 0\n" }],
    ["a hook without a line feed", { ".git/hooks/pre-push": "#!/bin/bash" }],
    ["an empty hook", { ".git/hooks/pre-push": "" }],
    ["a hook without #!", { ".git/hooks/post-merge": "echo mine" }],
    ["a hook with CRLF", { ".git/hooks/post-merge": "#!/bin/sh\r\necho mine\r\n" }],
  ];
  it.each(places)("%s", async (_, files) => {
    const here = repo();
    here.write("a.txt", "a\n");
    for (const [path, text] of Object.entries(files)) {
      here.write(path, text);
      if (path.includes("/hooks/")) chmodSync(join(here.root, path), 0o775);
    }
    const before = snapshot(here);
    await baton(here);
    const once = snapshot(here);
    expect(once).not.toEqual(before);
    expect((await baton(here)).data.files).toEqual([]);
    expect(snapshot(here)).toEqual(once);
    await baton(here, { remove: true });
    expect(snapshot(here)).toEqual(before);
    expect((await baton(here, { remove: true })).data.files).toEqual([]);
    await baton(here);
    expect(snapshot(here)).toEqual(once);
  });

  it("also for a teammate who only cloned, and after both files were changed since", async () => {
    const here = repo({ "package.json": MANIFEST, ".gitignore": "dist\n" });
    await baton(here);
    here.write("package.json", read(here, "package.json").replace('"true"', '"vitest"'));
    here.write(".gitignore", `first\n${read(here, ".gitignore")}last\n`);
    here.commit("with baton");
    const clone = repoAt(join(temporaryFolder(), "clone"));
    here.git("clone", "-q", here.root, clone.root);
    for (const place of [here, clone]) {
      await baton(place, { remove: true });
      expect(read(place, "package.json")).toBe(MANIFEST.replace('"true"', '"vitest"'));
      expect(read(place, ".gitignore")).toBe("first\ndist\nlast\n");
      expect(existsSync(join(place.root, "baton.config.json"))).toBe(false);
    }
  });

  it("but a config that a person has changed is theirs", async () => {
    const here = repo({ "a.txt": "a\n" });
    await baton(here);
    here.write("baton.config.json", '{ "github": false }\n');
    expect((await baton(here, { remove: true })).out).toContain("is not as Baton made it, and stays");
    expect(read(here, "baton.config.json")).toBe('{ "github": false }\n');
  });

  it("and saved states stay", async () => {
    const here = repo({ "a.txt": "a\n" });
    await baton(here);
    await save(here);
    await baton(here, { remove: true });
    expect(existsSync(join(here.root, ".claude/.session-state.json"))).toBe(true);
    expect(existsSync(join(here.root, ".git/baton/saved/claude"))).toBe(true);
  });
});

describe("hooks that a repository has already", () => {
  function hook(here: Repo, name: string, text: string, mode = 0o755): string {
    const path = join(here.root, ".git/hooks", name);
    here.write(`.git/hooks/${name}`, text);
    chmodSync(path, mode);
    return path;
  }

  it.each([
    "#!/bin/sh -eu",
    "#!/bin/bash",
    "#!/usr/bin/env bash",
    "#! /usr/bin/env -S bash -eu",
    "#!/bin/dash",
  ])("keep their exit status, output and arguments: %s", async (first) => {
    const here = repo({ "a.txt": "a\n" });
    const path = hook(here, "pre-commit", `${first}\necho "mine $#" >&2\nexec sh -c 'exit 7'\n`, 0o711);
    hook(here, "post-checkout", `${first}\necho "mine $3" >&2\nexit 3\n`);
    await baton(here);
    await save(here);
    here.write("b.txt", "b\n");
    here.git("add", "b.txt");
    expect(run(here, ["commit", "-m", "b"])).toMatchObject({ code: 1, stderr: "mine 0\n" });
    const moved = run(here, ["checkout", "-q", "-b", "x"]);
    expect(said(moved)).toHaveLength(1);
    expect(moved.stderr).toContain("mine 1\n");
    expect(run(here, ["hook", "run", "post-checkout", "--", "a", "b", "1"]).code).toBe(3);
    expect(statSync(path).mode & 0o777).toBe(0o711);
  });

  it("are left alone when no shell runs them, with the line to add", async () => {
    const here = repo({ "a.txt": "a\n" });
    const text = "#!/usr/bin/env python3\nprint('mine')\n";
    hook(here, "pre-commit", text);
    const report = await baton(here);
    expect(read(here, ".git/hooks/pre-commit")).toBe(text);
    expect(report.out).toContain(".git/hooks/pre-commit is not a shell script");
    expect(report.out).toContain(
      '/baton/hooks.sh; [ ! -f "$f" ] || [ ! -r "$f" ] || sh "$f" pre-commit "$@" </dev/null || exit 1',
    );
  });

  it("can run that line in a shell of any kind", async () => {
    const here = repo({ "a.txt": "a\n" });
    hook(here, "pre-commit", "#!/usr/bin/env perl\n");
    const line = (await baton(here)).out.split("\n").find((text) => text.startsWith("   f=$(git"));
    hook(here, "pre-commit", `#!/bin/bash\n${line}\necho mine\n`);
    expect((await baton(here)).data.files).toEqual([]);
    await save(here);
    expect(run(here, ["commit", "-q", "--allow-empty", "-m", "x"]).code).toBe(0);
    here.git("add", "-f", ".claude");
    expect(run(here, ["commit", "-q", "-m", "x"]).code).toBe(1);
  });

  it("are not switched on by us", async () => {
    const here = repo({ "a.txt": "a\n" });
    const path = hook(here, "pre-push", "#!/bin/sh\nexit 1\n", 0o644);
    expect((await baton(here)).out).toContain(".git/hooks/pre-push is not executable");
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(read(here, ".git/hooks/pre-push")).toBe("#!/bin/sh\nexit 1\n");
  });

  it("are found where core.hooksPath has them, in the repository", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.git("config", "core.hooksPath", ".githooks");
    await baton(here);
    expect(read(here, ".githooks/pre-commit")).toContain("# >>> baton >>>");
    expect(existsSync(join(here.root, ".git/hooks/pre-commit"))).toBe(false);
    await save(here);
    expect(said(change(here))).toHaveLength(1);
  });

  it("are not touched outside of the repository", async () => {
    const here = repo({ "a.txt": "a\n" });
    const elsewhere = temporaryFolder();
    here.git("config", "core.hooksPath", elsewhere);
    const report = await baton(here);
    expect(report.out).toContain(`core.hooksPath has git run hooks from ${elsewhere}`);
    expect(Object.keys(snapshot(repoAt(here.root))).filter((path) => path.includes("hooks/"))).toEqual([]);
    expect(existsSync(join(elsewhere, "pre-commit"))).toBe(false);
  });

  it.each(["/dev/null", ""])("may be switched off: core.hooksPath=%j", async (path) => {
    const here = repo({ "a.txt": "a\n" });
    here.git("config", "core.hooksPath", path);
    expect((await baton(here)).out).toContain("switches git hooks off here");
  });

  it("may be without a folder so far", async () => {
    const here = repo({ "a.txt": "a\n" });
    rmSync(join(here.root, ".git/hooks"), { recursive: true });
    await baton(here);
    await save(here);
    expect(said(change(here))).toHaveLength(1);
  });
});
