import { expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { repo } from "../support/repo.ts";

it("keeps saved states out of git after Baton was taken out, too", async () => {
  const here = repo({ "a.ts": "1" });
  await run(here, ["init"]);
  here.commit("baton");
  await run(here, ["save", "claude", "--task", "Stay private"]);
  const { talk } = await run(here, ["init", "--remove"]);
  expect(talk).toBe("git goes on ignoring the states, in this clone (.git/info/exclude).\n");
  expect(here.git("status", "--porcelain", "--untracked-files=all")).not.toContain(".session-state.json");
});

it("tells git nothing where there is no saved state", async () => {
  const here = repo({ "a.ts": "1" });
  await run(here, ["init"]);
  expect((await run(here, ["init", "--remove"])).talk).toBe("");
});
