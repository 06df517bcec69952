import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../schema/transcript.ts";
import { Budget, type Fitted } from "../../scripts/transcript/budget.ts";
import { estimateTokens } from "../../scripts/transcript/estimate.ts";
import { beginsTurn, splitTurns } from "../../scripts/transcript/turns.ts";
import { call, result, said } from "./entries.ts";

function fitBudget(entries: readonly Entry[], maxTokens: number): Fitted {
  const budget = new Budget(maxTokens);
  for (const entry of entries) budget.add(entry);
  return budget.fitted();
}

let calls = 0;
const pair = fc.string({ maxLength: 4000 }).map((output) => {
  const id = `c${calls++}`;
  return [call(id, "bash", { command: "ls" }), result(id, output)];
});
const answer = fc.string({ maxLength: 400 }).map((text) => [said("assistant", `A ${text}`)]);
const turn = fc
  .tuple(fc.string({ maxLength: 300 }), fc.array(fc.oneof(pair, answer), { minLength: 1, maxLength: 6 }))
  .map(([ask, parts]): Entry[] => [said("user", `Q ${ask}`), ...parts.flat()]);
const conversation = fc.array(turn, { minLength: 1, maxLength: 40 }).map((turns) => turns.flat());
const maxTokens = fc.integer({ min: 600, max: 20_000 });

function tokensOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + estimateTokens(entry), 0);
}

describe("the budget of a conversation", () => {
  it("keeps calls with their results, the newest turn whole, and its own limit", () => {
    fc.assert(
      fc.property(conversation, maxTokens, (entries, max) => {
        const newest = splitTurns(entries).at(-1) ?? [];
        const { entries: kept, cut, tokens } = fitBudget(entries, max);
        expect(tokens).toBe(tokensOf(kept));
        // Over the budget only where the newest turn, and the lines about the others, are.
        expect(tokens).toBeLessThanOrEqual(Math.max(max, tokensOf(newest) + max * 0.1));
        expect(kept.slice(-newest.length)).toEqual(newest);
        const idsOf = (type: Entry["type"]) =>
          kept.flatMap((entry) => (entry.type === type && "callId" in entry ? [entry.callId] : []));
        expect(idsOf("tool_call")).toEqual(idsOf("tool_result"));
        // What is cut is counted, and nothing else is missing.
        const whole = kept.filter(({ id }) => id !== "folded");
        expect(whole.length + cut.entriesFolded).toBe(entries.length);
        expect(whole.map(({ id }) => id)).toEqual(entries.slice(cut.entriesFolded).map(({ id }) => id));
        const changed = whole.filter((entry, i) => entry !== entries[cut.entriesFolded + i]);
        expect(changed).toHaveLength(cut.outputsShortened);
        expect(splitTurns(entries.slice(0, cut.entriesFolded))).toHaveLength(cut.turnsFolded);
      }),
      { numRuns: 300 },
    );
  });

  it("changes nothing of what fits", () => {
    fc.assert(
      fc.property(conversation, (entries) => {
        const cut = { outputsShortened: 0, turnsFolded: 0, entriesFolded: 0 };
        expect(fitBudget(entries, tokensOf(entries))).toEqual({ entries, cut, tokens: tokensOf(entries) });
        expect(fitBudget(entries, Number.POSITIVE_INFINITY).entries).toEqual(entries);
      }),
    );
  });

  it("shortens the oldest outputs before it folds a turn, and no newer one than it must", () => {
    const output = "x".repeat(4000);
    const entries = [1, 2, 3, 4].flatMap((n) => [
      said("user", `ask ${n}`),
      call(`k${n}`, "bash", {}),
      result(`k${n}`, output),
    ]);
    const { entries: kept, cut } = fitBudget(entries, tokensOf(entries) - 900);
    expect(cut).toEqual({ outputsShortened: 2, turnsFolded: 0, entriesFolded: 0 });
    const outputs = kept.flatMap((entry) => (entry.type === "tool_result" ? [entry.output.length] : []));
    expect(outputs.map((length) => length < 4000)).toEqual([true, true, false, false]);
    const [shortened] = kept.filter(({ type }) => type === "tool_result");
    expect(shortened).toMatchObject({ output: expect.stringContaining("[… 3500 characters left out …]") });
  });

  it("never cuts a character in two", () => {
    const entries = [
      said("user", "a"),
      call("k", "bash", {}),
      result("k", `x${"😀".repeat(2000)}`),
      said("user", "b"),
    ];
    const { entries: kept, cut } = fitBudget(entries, 300);
    expect(cut.outputsShortened).toBe(1);
    expect(JSON.stringify(kept)).not.toMatch(/\\ud[89a-f]/);
  });

  it("tells what folded turns were about, the oldest first, and how many have no line", () => {
    const entries = Array.from({ length: 200 }, (_, n) => [
      said("user", `ask ${n} ${"q".repeat(120)}`),
      said("assistant", `answer ${n} ${"a".repeat(120)}`),
    ]).flat();
    const { entries: kept, cut } = fitBudget(entries, 4000);
    const [folded] = kept;
    if (folded?.type !== "compaction") throw new Error("nothing was folded");
    const [heading = "", ...lines] = folded.summary.split("\n");
    expect(heading).toContain(
      `the first ${cut.turnsFolded - lines.length} of ${cut.turnsFolded} are left out`,
    );
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(
      lines.map((_, i) => cut.turnsFolded - lines.length + 1 + i),
    );
    expect(lines.at(-1)).toMatch(
      new RegExp(`^${cut.turnsFolded}\\. "ask ${cut.turnsFolded - 1} q+…?": answer`),
    );
    // Most of the budget is for turns that are whole.
    expect(kept.filter(beginsTurn).length).toBeGreaterThan(30);
  });

  it("keeps a long conversation in few pieces while it is told, and loses no more by that", () => {
    const long = Array.from({ length: 400 }, (_, n) => [
      said("user", `ask ${n}`),
      call(`l${n}`, "bash", {}),
      result(`l${n}`, "y".repeat(3000)),
    ]).flat();
    const budget = new Budget(2000);
    for (const entry of long) budget.add(entry);
    const { entries, cut, tokens } = budget.fitted();
    expect(tokens).toBeLessThanOrEqual(2000);
    expect(cut.turnsFolded + entries.filter(beginsTurn).length).toBe(400);
    expect(entries.filter(({ type }) => type === "compaction")).toHaveLength(1);
    // A long turn that ends at last costs those before it nothing.
    const work = Array.from({ length: 40 }, (_, n) => [
      call(`m${n}`, "bash", {}),
      result(`m${n}`, "z".repeat(900)),
    ]);
    const story = [said("user", "first"), said("assistant", "yes"), said("user", "work"), ...work.flat()];
    const after = fitBudget([...story, said("user", "last")], 8000);
    expect(after.cut).toMatchObject({ turnsFolded: 0 });
    expect(after.tokens).toBeLessThanOrEqual(8000);
  });
});
