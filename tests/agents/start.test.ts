import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startProgram } from "../../scripts/agents/start.ts";
import { temporaryFolder } from "../support/repo.ts";

const start = (...argv: string[]) =>
  startProgram(argv, { cwd: temporaryFolder(), env: { PATH: process.env.PATH }, fix: "do this" });

it("a program is waited for, and its exit code told", async () => {
  expect(await start("sh", "-c", "exit 7")).toBe(7);
  expect(await start("sh", "-c", "kill -TERM $$")).toBe(1);
});

it("a program that is not there is told of, with what to do", async () => {
  await expect(start("no-such-agent")).rejects.toMatchObject({
    message: "no-such-agent could not be started: there is no such program on the PATH.",
    fix: "do this",
    code: 4,
  });
});

it("a program that may not be run is told of too", async () => {
  const path = join(temporaryFolder(), "agent");
  writeFileSync(path, "#!/bin/sh\n");
  await expect(start(path)).rejects.toMatchObject({
    message: expect.stringContaining("could not be started"),
    fix: "do this",
  });
});
