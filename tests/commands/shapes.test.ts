import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Drift } from "../../schema/drift.ts";
import type { Finding } from "../../schema/finding.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { isDrifted } from "../../scripts/git/drift.ts";
import { run } from "../support/cli.ts";
import { type Repo, temporaryFolder } from "../support/repo.ts";
import { SHAPES } from "../support/shapes.ts";

// One repository for all of them: making one takes longer than any of these commands.
it.each(Object.keys(SHAPES))("doctor, save, status and restore work in %s", async (shape) => {
  const here = (SHAPES[shape] as () => Repo)();
  const state = (): SessionState =>
    JSON.parse(readFileSync(join(here.root, ".claude/.session-state.json"), "utf8"));

  const examined = await run(here, ["doctor"], { home: temporaryFolder() });
  expect((examined.data.findings as Finding[]).filter(({ level }) => level === "fail")).toEqual([]);

  here.write("work in progress.txt", "w\n");
  await run(here, ["save", "claude", "--task", "t"]);
  expect(state().context.files_created).toContain("work in progress.txt");
  expect(here.git("status", "--porcelain", "--", ".claude")).toBe("");

  expect((await run(here, ["status"])).out).toMatch(/^claude \(newest\)/m);

  const drift = (await run(here, ["restore", "claude"])).data.drift as Drift;
  expect(drift).toMatchObject({
    branch: null,
    head: "none",
    commits: { listed: [], total: 0 },
    changed: [],
    vanished: [],
    appeared: [],
    staged: [],
    unstaged: [],
    checks: [],
  });
  expect(isDrifted({ ...drift, operation: null })).toBe(false);

  await run(here, ["save", "claude"]);
  expect(state().session?.revision).toBe(2);
});
