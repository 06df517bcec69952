import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry, EntryBase } from "../../schema/transcript.ts";
import { asText, detailsOf, fromText } from "../../scripts/transcript/as-text.ts";

const BASE: EntryBase = {
  id: "1",
  parent: null,
  role: "assistant",
  at: "2026-01-05T12:00:00.000Z",
  model: "m",
};
const text = fc.string({ unit: "binary", minLength: 1 });
const status = fc.constantFrom("pending", "in_progress", "completed", "cancelled");
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const entries: fc.Arbitrary<Entry> = fc
  .oneof(
    fc.record({ type: fc.constant("text"), text, injected: fc.boolean() }),
    fc.record({ type: fc.constant("reasoning"), text }),
    fc.record({ type: fc.constant("compaction"), summary: text }),
    fc.record({
      type: fc.constant("interruption"),
      text,
      cause: fc.constantFrom("rate_limit", "error", "user"),
    }),
    fc.record({ type: fc.constant("todos"), todos: fc.array(fc.record({ text, status })) }),
    fc.record({
      type: fc.constant("tool_call"),
      callId: text,
      tool: text,
      input: fc.dictionary(text, fc.jsonValue()).map((input) => JSON.parse(JSON.stringify(input))),
    }),
    fc.record({
      type: fc.constant("tool_result"),
      callId: text,
      output: fc.string(),
      ok: maybe(fc.boolean()),
      exitCode: maybe(fc.integer()),
      interrupted: fc.boolean(),
    }),
    fc.record({ type: fc.constant("image"), mediaType: text, data: fc.constant(null), source: maybe(text) }),
  )
  .map((entry) => ({ ...BASE, ...entry }));

describe("an entry that became text", () => {
  test("comes back from it, with the details beside it", () => {
    fc.assert(
      fc.property(entries, text, (entry, tool) => {
        const details = JSON.parse(JSON.stringify(detailsOf(entry)));
        expect(fromText(asText(entry, tool), details, BASE)).toEqual(entry);
      }),
    );
  });

  test.each<[Partial<Entry> & Pick<Entry, "type">, string]>([
    [
      { type: "tool_call", tool: "fetch", input: { url: "u" } },
      'The tool fetch was called here with:\n{\n  "url": "u"\n}',
    ],
    [{ type: "tool_result", output: "x", ok: true }, "The tool fetch answered:\nx"],
    [
      { type: "tool_result", output: "x", ok: false, exitCode: 2 },
      "The tool fetch failed with exit code 2:\nx",
    ],
    [{ type: "tool_result", output: "x", ok: false, exitCode: null }, "The tool fetch failed:\nx"],
    [{ type: "tool_result", output: "x", ok: null, interrupted: true }, "The tool fetch was interrupted:\nx"],
    [{ type: "todos", todos: [{ text: "a\nb", status: "completed" }] }, "The todo list was here:\n- [x] a b"],
    [
      { type: "interruption", cause: "rate_limit", text: "429" },
      "The session was cut off here by a usage limit:\n429",
    ],
  ])("says what it is: %j", (entry, words) =>
    expect(asText({ ...BASE, ...entry } as Entry, "fetch")).toBe(words),
  );

  test.each([
    {},
    { type: "dream" },
    { type: "tool_call", callId: "1" },
    { type: "tool_result" },
    { type: "image" },
    { type: "interruption", cause: "toString" },
  ])("stays text when the details are not ours: %j", (details) =>
    expect(fromText("The tool x:\n[]", details, BASE)).toBeNull(),
  );
});
