// @module-tag slow
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { hookFindings } from "../../scripts/commands/init/findings.ts";
import { HOOKS } from "../../scripts/commands/init/hook-text.ts";
import { openRepository } from "../../scripts/git/repository.ts";
import { change, run, said, save } from "../hooks/support.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { baton, snapshot } from "./init-support.ts";

const HUSKY = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules/husky/bin.js");

function read(here: Repo, path: string): string {
  return readFileSync(join(here.root, path), "utf8");
}

/** A repository with these files, whose init is checked to be repeatable and removable. */
async function joined(
  files: Record<string, string>,
  arrange: (here: Repo) => void = () => {},
): Promise<Repo> {
  const here = repo({ "a.txt": "a\n", ...files });
  arrange(here);
  const before = snapshot(here);
  await baton(here);
  const once = snapshot(here);
  expect((await baton(here)).data.files).toEqual([]);
  await baton(here, { remove: true });
  expect(snapshot(here)).toEqual(before);
  await baton(here);
  expect(snapshot(here)).toEqual(once);
  return here;
}

async function findings(here: Repo): Promise<string[]> {
  const all = await hookFindings(await openRepository(here.root, here.env));
  return all.map(({ level, message, fix }) => `${level}: ${message}${fix === undefined ? "" : ` -> ${fix}`}`);
}

describe("husky", () => {
  const manifest = '{\n  "scripts": { "prepare": "husky" },\n  "devDependencies": { "husky": "^9.1.7" }\n}\n';
  const husky = (here: Repo) => execFileSync("node", [HUSKY], { cwd: here.root, env: here.env });

  it("gets our part in its own files, which keep theirs", async () => {
    const here = await joined({ "package.json": manifest, ".husky/pre-commit": "echo mine >&2\n" }, husky);
    expect(read(here, ".husky/pre-commit")).toMatch(
      /^# >>> baton >>>\n(.*\n)+# <<< baton <<<\necho mine >&2\n$/,
    );
    expect(read(here, ".husky/_/pre-commit")).not.toContain("baton");
    expect(existsSync(join(here.root, ".husky/pre-handoff"))).toBe(true);
    await save(here);
    const committed = change(here);
    expect(committed.code).toBe(0);
    expect(committed.stderr).toContain("mine\n");
    expect(said(committed)).toEqual(["baton: 1 commit came since the claude state was saved."]);
    expect(said(run(here, ["checkout", "-q", "-b", "x"]))).toHaveLength(1);
    here.git("add", "-f", ".claude");
    expect(run(here, ["commit", "-m", "x"]).code).toBe(1);
    expect(await findings(here)).toEqual(["info: Git hooks are installed (husky)."]);
  });

  it("is found by its dependency before it is active, and doctor tells how to make it so", async () => {
    const here = await joined({ "package.json": manifest });
    expect(read(here, ".husky/pre-push")).toContain("# >>> baton >>>");
    expect(await findings(here)).toEqual([
      "fail: husky is not active in this working tree: core.hooksPath does not point to it, so git runs no hook. -> npx husky",
    ]);
  });

  it("is missed in a new working tree", async () => {
    const here = await joined({ "package.json": manifest }, husky);
    here.commit("with husky");
    const other = repoAt(join(temporaryFolder(), "linked"));
    here.git("worktree", "add", "-q", other.root, "-b", "other");
    expect(await findings(other)).toEqual([
      `fail: husky is not active in this working tree: ${join(other.root, ".husky/_")} is missing, so git runs no hook. -> npx husky`,
    ]);
  });

  it("stays silent for teammates who never ran init", async () => {
    const here = await joined({ "package.json": manifest }, husky);
    here.commit("with baton");
    const clone = repoAt(join(temporaryFolder(), "clone"));
    here.git("clone", "-q", here.root, clone.root);
    execFileSync("node", [HUSKY], { cwd: clone.root, env: clone.env });
    await save(clone);
    expect(change(clone)).toMatchObject({ code: 0, stderr: "" });
    expect(await findings(clone)).toEqual([
      `fail: The hooks find nothing to run: ${join(clone.root, ".git/baton/hooks.sh")} is missing. -> baton init`,
    ]);
  });

  it("of version 8 runs the files itself", async () => {
    const text = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\necho mine >&2\n';
    const here = await joined({ ".husky/pre-commit": text, ".husky/_/husky.sh": "\n" }, (place) => {
      chmodSync(join(place.root, ".husky/pre-commit"), 0o755);
      place.git("config", "core.hooksPath", ".husky");
    });
    await save(here);
    const committed = change(here);
    expect(committed.stderr).toContain("mine\n");
    expect(said(committed)).toHaveLength(1);
  });

  it("of version 4 is only told what to add", async () => {
    const text =
      '{ "husky": { "hooks": { "pre-commit": "npm test" } }, "devDependencies": { "husky": "4" } }\n';
    const here = repo({ "package.json": text });
    expect((await baton(here)).out).toContain(
      "husky 4 keeps its hooks in package.json, which Baton does not edit",
    );
    expect(JSON.parse(read(here, "package.json")).husky).toEqual(JSON.parse(text).husky);
    expect(existsSync(join(here.root, ".husky"))).toBe(false);
  });
});

describe("lefthook", () => {
  const run = (
    hook: string,
    config: { commands?: { baton?: { run: string } }; jobs?: { run: string }[] },
  ) => {
    const line = config.jobs?.[0]?.run ?? config.commands?.baton?.run;
    expect(line).toContain(
      `baton/hooks.sh; [ ! -f "$f" ] || [ ! -r "$f" ] || sh "$f" ${hook} {0} </dev/null`,
    );
  };

  const configs: [string, string][] = [
    ["empty", ""],
    ["nothing but a comment", "# hooks to come\n"],
    ["other hooks only", "commit-msg:\n  commands:\n    lint:\n      run: commitlint\n"],
    [
      "commands, with comments",
      "# mine\npre-commit:\n  parallel: true # fast\n  commands:\n    # first\n    lint:\n      run: npm run lint\n\n    test:\n      run: npm test\n",
    ],
    [
      "jobs",
      "pre-commit:\n    jobs:\n        - name: lint\n          run: npm run lint\n\n        - run: npm test\n",
    ],
    ["jobs at the margin", "pre-push:\n  jobs:\n  - run: a\n  - run: b\noutput: [summary]\n"],
    ["scripts", 'pre-push:\n  scripts:\n    "a.sh":\n      runner: bash'],
    ["CRLF", "pre-commit:\r\n  commands:\r\n    lint:\r\n      run: a\r\n"],
    ["anchors", "x: &x\n  run: a\npre-commit:\n  commands:\n    lint: *x\n"],
  ];
  it.each(configs)("gets our command, and nothing else changes: %s", async (_, config) => {
    const here = await joined({ "lefthook.yml": config });
    const after = parse(read(here, "lefthook.yml"));
    const before = parse(config) ?? {};
    for (const hook of HOOKS) {
      run(hook, after[hook]);
      if (before[hook]?.jobs !== undefined) expect(after[hook].jobs.slice(1)).toEqual(before[hook].jobs);
      else expect({ ...after[hook].commands, baton: 0 }).toEqual({ ...before[hook]?.commands, baton: 0 });
      delete after[hook];
      delete before[hook];
    }
    expect(after).toEqual(before);
    expect(
      read(here, "lefthook.yml")
        .replace(/[ ]*# >>> baton >>>(?:.*\r?\n)*?[ ]*# <<< baton <<<(\r?\n|$)/g, "")
        .trimEnd(),
    ).toBe(config.trimEnd());
    expect(await findings(here)).toEqual([
      "fail: lefthook has not put its hooks into this clone. -> lefthook install",
    ]);
  });

  const hard: [string, string, string][] = [
    ["flow style", "lefthook.yml", 'pre-commit: { commands: { lint: { run: "a" } } }\n'],
    ["a fault", "lefthook.yml", "pre-commit: [\n"],
    ["several documents", "lefthook.yml", "a: 1\n---\nb: 2\n"],
    ["an alias", "lefthook.yml", "x: &x\n  commands:\n    a:\n      run: b\npre-commit: *x\n"],
    ["TOML", "lefthook.toml", "[pre-commit.commands.lint]\nrun = 'a'\n"],
  ];
  it.each(hard)("is told what to add where that is safer: %s", async (_, name, config) => {
    const here = repo({ "a.txt": "a\n", [name]: config });
    const report = await baton(here);
    expect(read(here, name)).toBe(config);
    expect(report.out).toContain(`${name} is not written in a way that Baton can add to`);
    expect(report.out).toContain("   pre-push:\n     commands:\n       baton:\n         run: f=$(git");
  });
});

describe("pre-commit", () => {
  const config =
    "# mine\nrepos:\n# first\n- repo: https://example.com/hooks\n  rev: v1\n  hooks:\n  - id: mine\nfail_fast: true\n";

  it("gets a local hook for the refusal, and files beside it for the rest", async () => {
    const here = await joined({ ".pre-commit-config.yaml": config });
    const { repos, ...rest } = parse(read(here, ".pre-commit-config.yaml"));
    expect(repos[0].hooks.map((hook: { id: string; stages: string[] }) => [hook.id, ...hook.stages])).toEqual(
      [["baton-pre-commit", "pre-commit"]],
    );
    expect(repos.slice(1)).toEqual(parse(config).repos);
    expect(rest).toEqual({ fail_fast: true });
    expect(existsSync(join(here.root, ".git/hooks/pre-commit"))).toBe(false);
    await save(here);
    expect(said(change(here))).toHaveLength(1);
    const entry: string = repos[0].hooks[0].entry;
    here.git("add", "-f", ".claude");
    const ran = () => execFileSync("sh", ["-c", entry], { cwd: here.root, env: here.env, stdio: "pipe" });
    expect(ran).toThrow(/session state is staged/);
    here.git("restore", "--staged", ".claude");
    expect(ran().toString()).toBe("");
    expect(await findings(here)).toEqual([
      "fail: pre-commit has not put its hooks into this clone: pre-commit. -> pre-commit install --hook-type pre-commit",
    ]);
  });

  it("gets local hooks for all kinds that it is told to install", async () => {
    const kinds = "default_install_hook_types: [pre-commit, post-checkout, pre-push, commit-msg]\n";
    const here = await joined({ ".pre-commit-config.yaml": kinds + config });
    const [{ hooks }] = parse(read(here, ".pre-commit-config.yaml")).repos;
    expect(
      hooks.map((hook: { stages: string[]; verbose: boolean }) => [...hook.stages, hook.verbose]),
    ).toEqual([
      ["pre-commit", false],
      ["post-checkout", true],
      ["pre-push", true],
    ]);
    expect(existsSync(join(here.root, ".git/hooks/pre-push"))).toBe(false);
    expect(existsSync(join(here.root, ".git/hooks/post-commit"))).toBe(true);
  });

  it("keeps what it has put into the clone", async () => {
    const theirs = "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\nexit 0\n";
    const here = await joined({ ".pre-commit-config.yaml": config }, (place) => {
      place.write(".git/hooks/pre-commit", theirs);
      place.write(".git/hooks/post-merge", theirs);
    });
    expect(read(here, ".git/hooks/pre-commit")).toBe(theirs);
    expect(read(here, ".git/hooks/post-merge")).toBe(theirs);
    expect(await findings(here)).toEqual([
      "warn: pre-commit runs post-merge in this clone, but its config does not say so, and Baton is not in it. -> Add post-merge to default_install_hook_types in .pre-commit-config.yaml, then: baton init",
    ]);
  });

  it.each([["repos: []\n"], ["repos: [{ repo: local, hooks: [] }]\n"], ["x: 1\n"]])(
    "is told what to add where that is safer: %j",
    async (text) => {
      const here = repo({ ".pre-commit-config.yaml": text });
      expect((await baton(here)).out).toContain('Add this under "repos":');
      expect(read(here, ".pre-commit-config.yaml")).toBe(text);
    },
  );
});

describe("simple-git-hooks", () => {
  it.each([
    [
      "package.json",
      '{\n\t"name": "x",\n\t"simple-git-hooks": {\n\t\t"pre-commit": "echo mine; exit 3"\n\t}\n}\n',
    ],
    [".simple-git-hooks.json", '{ "pre-commit": "echo mine; exit 3", "preserveUnused": true }\n'],
  ])("gets our line before its own in %s", async (name, text) => {
    const here = await joined({ [name]: text });
    const config = JSON.parse(read(here, name));
    const hooks = config["simple-git-hooks"] ?? config;
    expect(hooks["pre-commit"]).toMatch(/ \|\| exit 1; echo mine; exit 3$/);
    expect(Object.keys(hooks)).toEqual(expect.arrayContaining([...HOOKS]));
    expect(await findings(here)).toEqual([
      "fail: simple-git-hooks has not written the hooks anew since its config changed. -> npx simple-git-hooks",
    ]);
    for (const hook of HOOKS) {
      here.write(`.git/hooks/${hook}`, `#!/bin/sh\n\n${hooks[hook]}`);
      chmodSync(join(here.root, ".git/hooks", hook), 0o755);
    }
    expect(await findings(here)).toEqual(["info: Git hooks are installed (simple-git-hooks)."]);
    await save(here);
    expect(run(here, ["commit", "--allow-empty", "-m", "x"]).code).toBe(1);
    expect(run(here, ["hook", "run", "pre-commit"]).code).toBe(3);
    here.git("add", "-f", ".claude");
    expect(run(here, ["hook", "run", "pre-commit"]).code).toBe(1);
    expect(said(run(here, ["checkout", "-q", "-b", "x"]))).toHaveLength(1);
  });

  it("is told what to add where its config is a program", async () => {
    const here = repo({ ".simple-git-hooks.cjs": "module.exports = {};\n", "package.json": "{}\n" });
    expect((await baton(here)).out).toContain(".simple-git-hooks.cjs is not JSON");
    expect(read(here, ".simple-git-hooks.cjs")).toBe("module.exports = {};\n");
  });
});

describe("a manager that has to put its hooks into the clone anew", () => {
  it.each([
    ["lefthook.yml", "", "   lefthook install"],
    [".simple-git-hooks.json", "{}\n", "   npx simple-git-hooks"],
  ])("is named by init itself, with the command: %s", async (name, text, command) => {
    const here = repo({ [name]: text });
    const { out } = await baton(here);
    expect(out.split("\n")).toContain(command);
  });
});

describe("a repository that changed over to a manager after init", () => {
  it("gets rid of the old hooks as well with --remove", async () => {
    const here = repo({ "a.txt": "a\n" });
    const before = snapshot(here);
    await baton(here);
    here.write("lefthook.yml", "");
    await baton(here);
    rmSync(join(here.root, "lefthook.yml"));
    await baton(here, { remove: true });
    expect(snapshot(here)).toEqual(before);
  });
});
