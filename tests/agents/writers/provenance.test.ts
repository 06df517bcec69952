import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../../schema/transcript.ts";
import { imported, markOf } from "../../../scripts/agents/provenance.ts";
import { base, pair, said } from "./contract.ts";

const SOURCE = { agent: "elsewhere", session: "s1" };
const ENTRIES: readonly Entry[] = [said("user", "Hello"), ...pair("1", "bash", { command: "ls" })];

describe("the marks of a record", () => {
  test("are none on the agent's own", () => {
    expect(imported([...ENTRIES], undefined)).toEqual(ENTRIES);
  });

  test("tell the origin of each entry", () => {
    const marks = ENTRIES.map((entry) => markOf(entry, SOURCE));
    const entries = imported([...ENTRIES], marks);
    expect(entries.map(({ origin }) => origin)).toEqual(ENTRIES.map(({ id }) => ({ ...SOURCE, entry: id })));
    expect(entries.map(({ origin: _, ...rest }) => rest)).toEqual(ENTRIES);
  });

  test("tell the todo list that followed from a call, in place of the one that a reader finds", () => {
    const todos: Entry = {
      ...base("l"),
      role: "user",
      type: "todos",
      todos: [{ text: "a", status: "completed" }],
    };
    const call = ENTRIES.slice(1, 2);
    const marks = [...call.map((entry) => markOf(entry, SOURCE)), markOf(todos, SOURCE, { follows: true })];
    const found: Entry = { ...base("l"), role: "assistant", type: "todos", todos: [] };
    for (const read of [[...call], [...call, found]]) {
      const entries = imported(read, marks);
      expect(entries).toMatchObject([
        { type: "tool_call" },
        { type: "todos", role: "user", todos: todos.todos },
      ]);
      expect(entries[1]?.origin).toEqual({ ...SOURCE, entry: todos.id });
    }
  });

  test("give a call back what the target's own tool could not say", () => {
    const [call] = pair("1", "bash", { command: "ls", timeout: 5 });
    if (call?.type !== "tool_call") throw new Error("no call");
    const mark = markOf(call, SOURCE, { input: call.input });
    const there = { ...call, callId: "9", tool: "exec_command", input: { cmd: "ls" } };
    expect(imported([there], [mark])).toMatchObject([{ callId: "9", tool: "bash", input: call.input }]);
  });

  test("are taken for what they are worth, whatever stands there", () => {
    const mark = fc.record(
      {
        agent: fc.oneof(fc.string(), fc.jsonValue()),
        session: fc.string(),
        entry: fc.string(),
        was: fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.constantFrom(
              "type",
              "role",
              "at",
              "model",
              "callId",
              "tool",
              "input",
              "todos",
              "follows",
              "cause",
            ),
            fc.oneof(fc.jsonValue(), fc.constantFrom("text", "todos", "tool_call", "image", true)),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(mark)), (value) => {
        const told = imported([...ENTRIES], value).filter(({ id }) =>
          ENTRIES.some((entry) => entry.id === id),
        );
        expect(told.map(({ id }) => id)).toEqual(ENTRIES.map(({ id }) => id));
      }),
    );
  });
});
