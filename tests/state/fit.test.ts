import { describe, expect, it } from "vitest";
import { MAX_STATE_BYTES } from "../../schema/session-state.ts";
import { fitted } from "../../scripts/state/fit.ts";
import { readState } from "../../scripts/state/migrate.ts";
import { redacted, stateWith } from "../support/states.ts";

const large = (count: number) => Array.from({ length: count }, (_, i) => `${i}: ${"é".repeat(60)}`);

describe("a state that is too large for a file", () => {
  it.each([
    ["many notes", { context: { notes: large(50_000) } }, ["context.notes"]],
    ["one long note", { context: { notes: ["x".repeat(5_000_000)] } }, ["context.notes"]],
    ["a long task", { task: { description: "word ".repeat(1_000_000) } }, ["task.description"]],
    ["many steps", { context: { next_steps: large(50_000) } }, ["context.next_steps"]],
    [
      "many fingerprints",
      { git: { fingerprints: Object.fromEntries(large(50_000).map((name) => [name, "abc"])) } },
      ["git.fingerprints"],
    ],
    ["a large key of somebody else's", { theirs: { list: large(50_000) } }, ["theirs.list"]],
    [
      "large lists everywhere",
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, { list: large(5_000) }])),
      Array.from({ length: 20 }, (_, i) => `key${i}.list`),
    ],
  ])("is cut until it fits: %s", (_, parts, cut) => {
    const result = fitted(redacted(stateWith(parts)));
    expect(Buffer.byteLength(result.text)).toBeLessThanOrEqual(MAX_STATE_BYTES);
    expect(result.cut).toEqual(cut);
    const read = readState(result.text, "claude");
    expect(read).toMatchObject({ remarks: [] });
  });

  it("keeps the newest notes, the first steps, and says how many there were", () => {
    const items = large(50_000);
    const { text } = fitted(redacted(stateWith({ context: { notes: items, next_steps: items } })));
    const { context, truncated } = JSON.parse(text);
    expect([context.notes.at(-1), context.next_steps[0]]).toEqual([items.at(-1), items[0]]);
    expect(truncated).toEqual({ "context.notes": 50_000, "context.next_steps": 50_000 });
  });

  it("is left as it is while it fits", () => {
    const state = stateWith({ context: { notes: large(1_000) } });
    expect(JSON.parse(fitted(redacted(state)).text)).toEqual(state);
  });
});
