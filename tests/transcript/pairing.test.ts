import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../schema/transcript.ts";
import { pairCalls } from "../../scripts/transcript/pairing.ts";
import { call, collect, interruption, result, said, stream } from "./entries.ts";

async function paired(entries: Entry[]) {
  const leftOut: string[] = [];
  const all = await collect(pairCalls(stream(entries), (entry) => leftOut.push(entry.output)));
  return { all, leftOut, told: all.map(tell) };
}

function tell(entry: Entry): string {
  if (entry.type === "tool_call") return `call ${entry.callId}`;
  if (entry.type === "tool_result")
    return entry.interrupted ? `interrupted ${entry.callId}` : `result ${entry.output}`;
  return entry.type === "text" ? entry.text : entry.type;
}

describe("pairing", () => {
  const cases: [title: string, entries: Entry[], told: string[], leftOut: string[]][] = [
    [
      "leaves pairs as they are",
      [call("a", "Bash", {}), result("a", "ok"), said("assistant", "done")],
      ["call a", "result ok", "done"],
      [],
    ],
    [
      "knows calls that run side by side",
      [call("a", "x", {}), call("b", "x", {}), result("b", "2"), result("a", "1")],
      ["call a", "call b", "result 2", "result 1"],
      [],
    ],
    ["ends an open call at the end", [call("a", "x", {})], ["call a", "interrupted a"], []],
    [
      "ends an open call before the next turn",
      [call("a", "x", {}), said("user", "go on"), said("assistant", "yes")],
      ["call a", "interrupted a", "go on", "yes"],
      [],
    ],
    [
      "ends an open call before the interruption",
      [call("a", "x", {}), interruption("user", "stop"), said("user", "go on")],
      ["call a", "interrupted a", "interruption", "go on"],
      [],
    ],
    [
      "waits for a result when the person speaks meanwhile",
      [call("a", "x", {}), said("user", "by the way"), result("a", "1"), said("assistant", "ok")],
      ["call a", "result 1", "by the way", "ok"],
      [],
    ],
    [
      "leaves out a second result",
      [call("a", "x", {}), result("a", "1"), result("a", "2")],
      ["call a", "result 1"],
      ["2"],
    ],
    ["leaves out a result without a call", [result("z", "lost"), said("user", "hi")], ["hi"], ["lost"]],
    [
      "ends a call whose id is used again",
      [call("a", "x", {}), call("a", "y", {}), result("a", "1")],
      ["call a", "interrupted a", "call a", "result 1"],
      [],
    ],
  ];
  test.each(cases)("%s", async (_, entries, told, leftOut) => {
    const read = await paired(entries);
    expect(read.told).toEqual(told);
    expect(read.leftOut).toEqual(leftOut);
  });

  test("gives each call exactly one result behind it and loses nothing else, in any order", async () => {
    const id = fc.constantFrom("a", "b", "c");
    const entry = fc.oneof(
      id.map((callId) => call(callId, "x", {})),
      id.map((callId) => result(callId, "out")),
      fc.constantFrom("user", "assistant").map((role) => said(role as "user", "words")),
      fc.constant(interruption("error", "oh")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 150 }), async (entries) => {
        const { all, leftOut } = await paired(entries);
        const open = new Set<string>();
        for (const item of all) {
          if (item.type === "tool_call") {
            expect(open.has(item.callId)).toBe(false);
            open.add(item.callId);
          } else if (item.type === "tool_result") {
            expect(open.delete(item.callId)).toBe(true);
          }
        }
        expect(open.size).toBe(0);
        const made = all.filter((item) => item.type === "tool_result" && item.interrupted).length;
        expect(all.length - made + leftOut.length).toBe(entries.length);
      }),
    );
  });
});
