import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { onTerminal, run } from "../support/cli.ts";
import { repo, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";
import { snapshot } from "../support/snapshot.ts";

interface Told {
  name: string;
  label: string;
  state_file: string;
  reads: boolean;
  writes: boolean;
  starts: boolean;
  hooks: string | null;
  program: string | null;
  stores: string[];
}

it("tells what can be done with each agent, where its store is, and whether it is installed", async () => {
  const here = repo({
    "baton.config.json": JSON.stringify({ agents: [{ name: "aider", launch: ["aider", "{brief}"] }] }),
  });
  const home = homeWithSessions("codex", here.root);
  const before = snapshot(home);
  const bin = temporaryFolder();
  const program = join(bin, "claude");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  // A folder of that name is no program.
  mkdirSync(join(bin, "gemini"));
  const { data, out } = await run(here, ["agents"], { home, env: { PATH: `${bin}:/usr/bin:/bin` } });
  const agents = new Map((data.agents as Told[]).map((agent) => [agent.name, agent]));
  expect([...agents.keys()]).toEqual(["claude", "opencode", "copilot", "codex", "gemini", "aider"]);
  expect(agents.get("claude")).toMatchObject({
    reads: true,
    writes: true,
    starts: true,
    hooks: ".claude/settings.json",
    program,
    stores: [],
  });
  expect(agents.get("codex")?.stores).toEqual([join(home, ".codex", "sessions")]);
  expect(agents.get("gemini")).toMatchObject({ label: "Gemini", program: null });
  expect(agents.get("aider")).toEqual({
    name: "aider",
    label: "aider",
    state_file: ".aider/.session-state.json",
    reads: false,
    writes: false,
    starts: true,
    hooks: null,
    program: null,
    stores: [],
  });
  for (const { label, state_file } of agents.values()) {
    expect(out).toContain(label);
    expect(out).toContain(state_file);
  }
  expect(out).toMatch(/^claude +Claude Code +yes +can be read +yes /m);
  expect(out).toMatch(/^opencode +OpenCode +no +can be read +needs opencode /m);
  expect(out).toMatch(/^aider +aider +no +- +- /m);
  expect(snapshot(home)).toEqual(before);
});

it("fits into 80 columns", async () => {
  const lines = await onTerminal(await run(repo(), ["agents"], { home: temporaryFolder() }), 80);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines[0]).toMatch(/^NAME +AGENT +INSTALLED +SESSIONS +TRANSFER TO IT$/);
});

it("works outside of a repository", async () => {
  const { data } = await run(repo(), ["agents"], { cwd: temporaryFolder(), home: temporaryFolder() });
  expect(data.agents).toHaveLength(5);
});
