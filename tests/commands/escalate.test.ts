import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { NOW, refusal, run } from "../support/cli.ts";
import { type Repo, repo } from "../support/repo.ts";
import { SECRETS } from "../support/secrets.ts";
import { snapshot } from "../support/snapshot.ts";

const FILE = ".opencode/.session-state.json";
const stateIn = (here: Repo): SessionState => JSON.parse(readFileSync(join(here.root, FILE), "utf8"));
const later = { now: new Date(NOW.getTime() + 60_000) };

describe("an escalation", () => {
  it("is recorded with its reason and the number of attempts, and says how to go on", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "opencode", "--task", "Refactor", "--next", "Mend it"]);
    const { code, out, data } = await run(here, [
      "escalate",
      "opencode",
      "3 STRICT violations",
      "--attempts",
      "2",
    ]);
    expect(code).toBe(0);
    expect(out).toBe(`✅ Escalation recorded in ${FILE}: 3 STRICT violations
   Attempts so far: 2
   Hand it over:
   baton handoff opencode <agent> --reason escalation
`);
    const escalation = {
      reason: "3 STRICT violations",
      attempts: 2,
      at: "2026-01-05T12:30:00Z",
      history: [{ reason: "3 STRICT violations", at: "2026-01-05T12:30:00Z" }],
    };
    expect(data).toMatchObject({ agent: "opencode", escalation });
    expect(stateIn(here)).toMatchObject({
      task: { description: "Refactor" },
      context: { next_steps: ["Mend it"] },
      escalation,
    });
  });

  it("takes its reason as words, with or without quotes", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["escalate", "opencode", "it", "goes", "in", "circles"]);
    expect(stateIn(here).escalation?.reason).toBe("it goes in circles");
  });

  it("counts on, and remembers the earlier reasons", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["escalate", "opencode", "first"]);
    await run(here, ["escalate", "opencode", "second"], later);
    expect(stateIn(here).escalation).toEqual({
      reason: "second",
      attempts: 2,
      at: "2026-01-05T12:31:00Z",
      history: [
        { reason: "first", at: "2026-01-05T12:30:00Z" },
        { reason: "second", at: "2026-01-05T12:31:00Z" },
      ],
    });
  });

  it("counts the attempts that the checks have recorded, where those are more", async () => {
    const here = repo({
      "baton.config.json": JSON.stringify({ gates: { typescript: { command: "exit 1" } } }),
    });
    await run(here, ["save", "opencode"]);
    await run(here, ["validate", "opencode"]);
    await run(here, ["validate", "opencode", "--rerun"]);
    const { out } = await run(here, ["escalate", "opencode", "3 violations after 2 attempts"]);
    expect(out).toContain("Attempts so far: 2\n");
    expect((await run(here, ["restore", "opencode", "--prompt"])).out).toContain("Previous attempts: 2.");
  });

  it("can be withdrawn: then it is gone from the state and from the brief", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "opencode", "--task", "Refactor"]);
    await run(here, ["escalate", "opencode", "it goes in circles"]);
    const { code, out, data } = await run(here, ["escalate", "opencode", "--withdraw"]);
    expect([code, out]).toEqual([0, `✅ Escalation withdrawn from ${FILE}: it goes in circles\n`]);
    expect(data).toMatchObject({ withdrawn: { reason: "it goes in circles" } });
    expect(stateIn(here)).toMatchObject({ task: { description: "Refactor" } });
    expect(stateIn(here)).not.toHaveProperty("escalation");
    expect((await run(here, ["restore", "opencode", "--prompt"])).out).not.toContain("circles");
    expect(await refusal(here, ["escalate", "opencode", "--withdraw"])).toMatchObject({
      code: 4,
      message: "Nothing was escalated for opencode.",
    });
    expect(await refusal(here, ["escalate", "claude", "--withdraw"])).toMatchObject({ code: 4 });
  });

  it("picks the brief of the next handoff, and of a restore", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["escalate", "opencode", "it goes in circles", "--attempts", "3"]);
    const { out } = await run(here, ["restore", "opencode", "--prompt"]);
    expect(out).toContain("Escalated from OpenCode");
    expect(out).toContain("Previous attempts: 3.");
    expect((await run(here, ["handoff", "opencode", "claude", "--print-brief"])).out).toContain(
      "it goes in circles",
    );
  });

  it("survives the saves that follow, until another task begins", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["escalate", "opencode", "why"]);
    await run(here, ["save", "opencode"]);
    expect(stateIn(here).escalation?.reason).toBe("why");
    await run(here, ["save", "opencode", "--new"]);
    expect(stateIn(here).escalation).toBeUndefined();
  });

  it("says what had to be set aside for it", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, "broken");
    expect((await run(here, ["escalate", "opencode", "why"])).talk).toContain("set aside as");
  });

  it("keeps a secret in its reason to itself", async () => {
    const here = repo({ "a.ts": "1\n" });
    const { out, data } = await run(here, ["escalate", "opencode", `login with ${SECRETS.github} fails`]);
    expect(out + JSON.stringify(data) + readFileSync(join(here.root, FILE), "utf8")).not.toContain(
      SECRETS.github,
    );
  });
});

describe("what is refused, with nothing written", () => {
  it.each<[string, string[]]>([
    ["no reason", ["opencode"]],
    ["an empty reason", ["opencode", " "]],
    ["an agent that nobody knows", ["opencod", "why"]],
    ["attempts that are no number", ["opencode", "why", "--attempts", "many"]],
    ["attempts below zero", ["opencode", "why", "--attempts", "-1"]],
    ["half an attempt", ["opencode", "why", "--attempts", "1.5"]],
  ])("%s: code 2", async (_, words) => {
    const here = repo({ "a.ts": "1\n" });
    const before = snapshot(here.root);
    expect(await refusal(here, ["escalate", ...words])).toMatchObject({ code: 2 });
    expect(snapshot(here.root)).toEqual(before);
  });
});
