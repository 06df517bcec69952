import { describe, expect, it } from "vitest";
import { asTyped, linesAsTyped, wayHere } from "../../scripts/cli/as-typed.ts";
import { programs } from "../support/programs.ts";

describe("a hint", () => {
  it.each([
    ["Save one: baton save claude", "npx baton save claude", "npm run session:save claude"],
    [
      "baton restore claude --prompt",
      "npx baton restore claude --prompt",
      "npm run session:restore -- claude --prompt",
    ],
    ["See (baton --help)", "npx baton --help", "npx tsx scripts/baton.ts --help"],
    [
      "baton escalate x, then: baton handoff x y --force",
      "npx baton escalate x, then: npx baton handoff x y --force",
      "session:escalate -- x, then: npm run session:handoff -- x y --force",
    ],
  ])("%j can be typed as it is by whoever came through npm", (text, npx, npm) => {
    expect(asTyped(text, "npx baton")).toContain(npx);
    expect(asTyped(text, "node /x/baton.js")).toContain(npx.replaceAll("npx baton", "node /x/baton.js"));
    expect(asTyped(text, "npm run")).toContain(npm);
    expect(asTyped(text, "baton")).toBe(text);
  });

  it.each(["npx baton init", "the baton of the runner", "baton saves"])("%j is none", (text) => {
    expect(asTyped(text, "npx baton")).toBe(text);
    expect(asTyped(text, "npm run")).toBe(text);
  });
});

it("leaves alone what the person wrote", () => {
  const env = { npm_command: "run" };
  const task = { kind: "text", text: "Task: do baton save claude well" } as const;
  const note = { kind: "note", text: "Save one: baton save claude" } as const;
  const row = { kind: "row", label: "1 Saved", cells: [task, note] } as const;
  const lines = [task, note, row] as unknown as Parameters<typeof linesAsTyped>[0];
  const typed = { kind: "note", text: "Save one: npm run session:save claude" };
  expect(linesAsTyped(lines, env)).toEqual([task, typed, { ...row, cells: [task, typed] }]);
});

describe("the way to this package", () => {
  it.each([
    ["/home/me/app/node_modules/agent-baton", { npm_command: "exec" }, "npx baton"],
    // Of a package that npx fetched, npx by its name alone might fetch a stranger's.
    [
      "/home/me/.npm/_npx/0f/node_modules/agent-baton",
      { npm_command: "exec" },
      "node /home/me/.npm/_npx/0f/node_modules/agent-baton/dist/baton.js",
    ],
    ["/home/me/agent-baton", { npm_command: "run-script" }, "npm run"],
    // Started by its file, `node_modules/.bin/baton save claude`.
    ["/home/me/app/node_modules/agent-baton", { PATH: "/nowhere" }, "npx baton"],
    ["/home/me/agent-baton", { PATH: "/nowhere" }, "baton"],
  ])("at %s is %j", (root, env, way) => {
    expect(wayHere(env, () => root)).toBe(way);
  });
});

it("is the bare command where that is on the PATH, wherever it lies", () => {
  const PATH = programs("baton");
  expect(wayHere({ PATH }, () => "/usr/lib/node_modules/agent-baton")).toBe("baton");
});
