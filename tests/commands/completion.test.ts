import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal, run } from "../support/cli.ts";
import { repo, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";

const ROOT = join(import.meta.dirname, "..", "..");

async function values(words: readonly string[], home = temporaryFolder(), here = repo()): Promise<string[]> {
  const { data } = await run(here, ["completion", "--candidates", "--", ...words], { home });
  return (data.candidates as { value: string }[]).map(({ value }) => value);
}

describe("baton completion", () => {
  it.each([
    [["sa"], ["save"]],
    [["save", "cl"], ["claude"]],
    [["handoff", "claude", "op"], ["opencode"]],
    [["handoff", "claude", "opencode", ""], []],
    [["restore", "claude", "--pro"], ["--prompt"]],
    [["restore", "--reason", "res"], ["research"]],
    [["restore", "claude", "--for", "gem"], ["gemini"]],
    [["save", "--task", "sa"], []],
    [
      ["save", "--task", "a task", "co"],
      ["copilot", "codex"],
    ],
    [["completion", "f"], ["fish"]],
    [["nope", "x"], []],
  ])("after %j offers %j", async (words, expected) => {
    expect(await values(words)).toEqual(expected);
  });

  it.each([
    ["", "save"],
    ["save\n", "claude"],
    ["save\n--ta", "--task"],
  ])("takes %j from BATON_WORDS, for PowerShell", async (words, expected) => {
    const { data } = await run(repo(), ["completion", "--candidates"], { env: { BATON_WORDS: words } });
    expect((data.candidates as { value: string }[])[0]?.value).toBe(expected);
  });

  it("offers the sessions of this repository, and says what they are about", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const { data } = await run(here, ["completion", "--candidates", "--", "show", ""], { home });
    const listed = (await run(here, ["list"], { home })).data.sessions as { id: string; title: string }[];
    expect(data.candidates).toEqual(
      listed.map(({ id, title }) => ({ value: id, about: expect.stringContaining(title.slice(0, 20)) })),
    );
  });

  it("offers the sessions of the agent that is named, and no other's", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const offered = (from: string, to: string) =>
      values(["transfer", from, to, "--session-id", ""], home, here);
    expect((await offered("claude", "codex")).length).toBeGreaterThan(0);
    expect(await offered("codex", "claude")).toEqual([]);
  });

  it("refuses a shell that it does not know, and names those that it does", async () => {
    expect((await refusal(repo(), ["completion", "tcsh"])).fix).toContain("baton completion zsh");
  });

  // Each asks the real shell what it would offer after `baton handoff claude op`.
  const SHELLS: Record<string, string[]> = {
    bash: [
      "-c",
      'eval "$(baton completion bash)"; COMP_WORDS=(baton handoff claude op); COMP_CWORD=3; _baton; echo "${COMPREPLY[@]}"',
    ],
    fish: ["-c", 'baton completion fish | source; complete -C "baton handoff claude op"'],
    pwsh: [
      "-NoProfile",
      "-Command",
      "baton completion powershell | Out-String | Invoke-Expression; " +
        "(TabExpansion2 -inputScript 'baton handoff claude op' -cursorColumn 23).CompletionMatches.CompletionText",
    ],
    zsh: [
      "-fc",
      'compdef() { :; }; eval "$(baton completion zsh)"; _describe() { print -l -- "${(P)2[@]}"; }; words=(baton handoff claude op); CURRENT=4; _baton',
    ],
  };
  const installed = Object.keys(SHELLS).filter((shell) => spawnSync(shell, ["--version"]).status === 0);

  it.each(installed)("works in %s", { tags: "slow" }, (shell) => {
    const bin = temporaryFolder();
    const command = join(bin, "baton");
    writeFileSync(
      command,
      `#!/bin/sh\nexec "${join(ROOT, "node_modules", ".bin", "tsx")}" "${join(ROOT, "scripts", "baton.ts")}" "$@"\n`,
    );
    chmodSync(command, 0o755);
    const home = temporaryFolder();
    const env = {
      PATH: `${bin}:${process.env.PATH}`,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
    };
    const offered = execFileSync(shell, SHELLS[shell] ?? [], { cwd: repo().root, env, encoding: "utf8" });
    expect(offered.trim().split(/[\t:]/)[0]).toBe("opencode");
  });
});
