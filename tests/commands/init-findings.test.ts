import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hookFindings, ignoreFindings } from "../../scripts/commands/init/findings.ts";
import { openRepository } from "../../scripts/git/repository.ts";
import { type Repo, repo } from "../support/repo.ts";
import { baton, snapshot } from "./init-support.ts";

async function hooks(here: Repo): Promise<string[]> {
  const before = snapshot(here);
  const findings = await hookFindings(await openRepository(here.root, here.env));
  expect(snapshot(here)).toEqual(before);
  return findings.map(
    ({ level, message, fix }) => `${level}: ${message}${fix === undefined ? "" : ` -> ${fix}`}`,
  );
}

async function ignored(here: Repo, files: string[]): Promise<string[]> {
  const findings = await ignoreFindings(await openRepository(here.root, here.env), files);
  return findings.map(
    ({ level, message, fix }) => `${level}: ${message}${fix === undefined ? "" : ` -> ${fix}`}`,
  );
}

describe("what doctor finds out about the hooks", () => {
  it("that there are none", async () => {
    expect(await hooks(repo({ "a.txt": "a\n" }))).toEqual([
      "warn: Baton's git hooks are not installed (git). -> baton init",
    ]);
  });

  it("that all is well", async () => {
    const here = repo({ "a.txt": "a\n" });
    await baton(here);
    expect(await hooks(here)).toEqual(["info: Git hooks are installed (git)."]);
  });

  it.each<[string, string[], (here: Repo) => void]>([
    [
      "one is gone",
      ["warn: Baton's part is not in .git/hooks/pre-push. -> baton init"],
      (here) => rmSync(join(here.root, ".git/hooks/pre-push")),
    ],
    [
      "one is of another version",
      ["warn: Baton's part in .git/hooks/pre-push is of another version. -> baton init"],
      (here) => here.write(".git/hooks/pre-push", "#!/bin/sh\n# >>> baton >>>\nold\n# <<< baton <<<\n"),
    ],
    [
      "the script is gone",
      ["fail: The hooks find nothing to run: ROOT/.git/baton/hooks.sh is missing. -> baton init"],
      (here) => rmSync(join(here.root, ".git/baton/hooks.sh")),
    ],
    [
      "the script is of another version",
      ["warn: ROOT/.git/baton/hooks.sh is of another version. -> baton init"],
      (here) => here.write(".git/baton/hooks.sh", "exit 0\n"),
    ],
    [
      "one is not executable",
      [
        "warn: .git/hooks/pre-push is not executable, so git does not run it. It was left as it is. -> chmod +x .git/hooks/pre-push && baton init",
      ],
      (here) => chmodSync(join(here.root, ".git/hooks/pre-push"), 0o644),
    ],
  ])("that %s", async (_, expected, arrange) => {
    const here = repo({ "a.txt": "a\n" });
    await baton(here);
    arrange(here);
    expect((await hooks(here)).map((line) => line.replaceAll(here.root, "ROOT"))).toEqual(expected);
  });

  it("that hooks which run the script in a way of their own are fine", async () => {
    const here = repo({ "package.json": '{ "name": "agent-baton" }\n', "a.txt": "a\n" });
    for (const hook of [
      "pre-commit",
      "post-checkout",
      "post-merge",
      "post-rewrite",
      "post-commit",
      "pre-push",
    ]) {
      here.write(`.git/hooks/${hook}`, `#!/bin/sh\nsh templates/hooks.sh ${hook} "$@" </dev/null\n`);
      chmodSync(join(here.root, ".git/hooks", hook), 0o755);
    }
    expect(await hooks(here)).toEqual(["info: Git hooks are installed (git)."]);
  });
});

describe("what doctor finds out about the ignore rules", () => {
  const files = [".claude/.session-state.json", "my state.json"];

  it("that some are missing", async () => {
    const here = repo({ ".gitignore": "/.claude\n" });
    expect(await ignored(here, files)).toEqual(["warn: git does not ignore my state.json. -> baton init"]);
  });

  it("that all are there", async () => {
    const here = repo({ ".gitignore": "/.claude\n*.json\n" });
    expect(await ignored(here, files)).toEqual(["info: git ignores the saved states."]);
  });

  it("that a state is tracked, and what ends that", async () => {
    const here = repo({ "my state.json": "{}\n", ".gitignore": "*.json\n/.claude\n" });
    here.git("add", "-f", "my state.json");
    here.git("commit", "-q", "-m", "by mistake");
    expect(await ignored(here, files)).toEqual([
      "fail: my state.json is tracked, and would be shared with everybody. -> git rm --cached 'my state.json' && git commit -m \"Keep session states out\"",
    ]);
  });
});
