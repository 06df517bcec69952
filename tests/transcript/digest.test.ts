import { describe, expect, test } from "vitest";
import type { Entry, SessionFacts } from "../../schema/transcript.ts";
import { digest } from "../../scripts/transcript/digest.ts";
import { launchPrompt } from "../../scripts/transcript/launch-prompt.ts";
import { cutOffNote, learnedFrom } from "../../scripts/transcript/learned.ts";
import { describeLimit } from "../../scripts/transcript/limit.ts";
import { call, interruption, result, said, todos, transcript } from "./entries.ts";

const of = (entries: Entry[], facts: Partial<SessionFacts> = {}) => digest(transcript(entries, facts));
const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 12, minute)).toISOString();

describe("the title", () => {
  const titles = (custom: string | null, generated: string | null, summary: string | null) => ({
    titles: { custom, generated, summary },
  });
  const asks = [
    said("user", "<environment_context>", null, true),
    said("user", "Fix the\n  login"),
    said("user", "And more"),
  ];
  test.each<[string, Partial<SessionFacts>, string | null]>([
    ["the person's own before all others", titles("Mine", "Made", "Sum"), "Mine"],
    ["the agent's before a summary", titles(null, "Made", "Sum"), "Made"],
    ["a summary before the first ask", titles(null, null, "Sum"), "Sum"],
    ["else the first thing that the person asked, in one line", {}, "Fix the login"],
    ["an empty title does not count", titles(" \n", null, null), "Fix the login"],
  ])("is %s", async (_, facts, title) => {
    expect((await of(asks, facts)).title).toBe(title);
  });

  test("is cut at a word to 200 characters", async () => {
    const { title } = await of([said("user", "word ".repeat(1000))]);
    expect(title?.length).toBeLessThanOrEqual(200);
    expect(title).toMatch(/word…$/);
  });

  test("is null when nothing was said", async () => {
    expect((await of([said("assistant", "hello")])).title).toBeNull();
  });
});

describe("what was carried over from another agent", () => {
  const origin = { agent: "claude", session: "s", entry: "e" };
  const copied = (entry: Entry): Entry => ({ ...entry, origin });
  const copy = [
    copied(said("user", "Build it")),
    copied({ ...said("assistant", "On it"), model: "claude-sonnet" }),
    copied(interruption("rate_limit", "limit reached", at(1))),
  ];

  test("is no limit and no model of the agent that holds the copy", async () => {
    expect(await of(copy, { model: "claude-sonnet" })).toMatchObject({ cutOff: null, model: null });
  });

  test("does not hide what the agent itself went through since", async () => {
    const own = [
      said("user", "Go on"),
      { ...said("assistant", "Yes"), model: "gpt" },
      interruption("user", "stopped", at(2)),
    ];
    expect(await of([...copy, ...own], { model: "claude-sonnet" })).toMatchObject({
      cutOff: { by: "user" },
      model: "gpt",
    });
  });
});

describe("the steps", () => {
  test("are the open todos with the running one first, and the completed ones apart", async () => {
    const list = todos(
      ["a", "completed"],
      ["b", "pending"],
      ["c", "in_progress"],
      ["d", "cancelled"],
      ["e", "pending"],
    );
    const read = await of([
      todos(["old", "pending"]),
      said("assistant", "Next steps:\n1. x"),
      list,
      said("assistant", "I do it so:\n1. x"),
    ]);
    expect(read.todos).toEqual({ open: ["c", "b", "e"], completed: ["a"] });
    expect(read).toMatchObject({
      steps: { from: "todo_list", texts: ["c", "b", "e"] },
      status: "in_progress",
    });
  });

  test.each<[string, string, string[] | null]>([
    [
      "a list under words about what comes",
      "I looked.\n\nNext steps:\n- one\n  more of it\n- **two**\n\nOk?",
      ["one", "two"],
    ],
    ["a numbered plan", "Here is the plan:\n\n1. one\n2) two\n", ["one", "two"]],
    ["open boxes only", "Remaining:\n- [x] one\n- [ ] two", ["two"]],
    ["the last such list", "Plan:\n1. a\n\nWhat remains:\n1. b", ["b"]],
    ["a numbered list that closes the session", "I will go about it so:\n1. a\n2. b", ["a", "b"]],
    ["no list of what was done", "I changed these:\n1. a.ts\n2. b.ts", null],
    ["no list of a plan that was carried out", "I implemented the plan:\n- a\n- b", null],
    ["no list of options", "Which do you prefer?\n1. red\n2. blue", null],
    ["no bullets without such words", "The tools:\n- a\n- b", null],
    ["no prose", "Next steps are clear to me.", null],
  ])("without todos: %s", async (_, text, plan) => {
    const { steps } = await of([said("user", "go"), said("assistant", text)]);
    expect(steps).toEqual(plan === null ? null : { from: "stated_plan", texts: plan, at: null });
  });

  test("come from an earlier message when the last one states none", async () => {
    const read = await of([
      said("assistant", "Next:\n- a"),
      said("user", "ok"),
      said("assistant", "Files:\n1. x"),
    ]);
    expect(read.steps?.texts).toEqual(["a"]);
  });
});

describe("the time", () => {
  test("leaves out pauses of more than 10 minutes", async () => {
    const read = await of([
      said("user", "a", at(0)),
      said("assistant", "b", at(10)),
      said("user", "c", at(21)),
      said("assistant", "d", at(25)),
    ]);
    expect(read).toMatchObject({ startedAt: at(0), updatedAt: at(25), activeMs: 14 * 60_000 });
  });

  test("is not confused by entries out of order or without a time", async () => {
    const read = await of([
      said("user", "a", at(5)),
      said("user", "b", at(3)),
      said("user", "c"),
      said("user", "d", at(6)),
    ]);
    expect(read).toMatchObject({ startedAt: at(3), updatedAt: at(6), activeMs: 60_000 });
  });

  test("is unknown without times", async () => {
    expect(await of([said("user", "a")])).toMatchObject({ startedAt: null, updatedAt: null, activeMs: 0 });
  });
});

describe("the files", () => {
  test("are those that edits, writes and patches name, and the ten that were read most", async () => {
    const patch =
      "*** Begin Patch\n*** Update File: src/a.ts\n@@\n*** Add File: b c.ts\n+x\n*** Delete File: d.ts\n*** End Patch";
    const reads = Array.from({ length: 12 }, (_, n) =>
      Array.from({ length: n + 1 }, () => call("r", "Read", { file_path: `/repo/${n}` })),
    );
    const read = await of([
      call("1", "Edit", { file_path: "/repo/x.ts" }),
      call("2", "apply_patch", { input: patch }),
      call("3", "shell", { command: ["apply_patch", patch] }),
      call("4", "str_replace_editor", { command: "view", path: "/repo/seen" }),
      call("5", "str_replace_editor", { command: "create", path: "/repo/new" }),
      call("6", "exec_command", { cmd: `apply_patch <<'EOF'\n${patch.replaceAll("src/a", "src/z")}\nEOF` }),
      call("7", "write_file", { absolute_path: "/repo/x.ts" }),
      ...reads.flat(),
    ]);
    expect(read.filesTouched).toEqual(["/repo/x.ts", "src/a.ts", "b c.ts", "d.ts", "/repo/new", "src/z.ts"]);
    expect(read.filesRead).toEqual(Array.from({ length: 10 }, (_, n) => `/repo/${11 - n}`));
  });
});

describe("what was tried", () => {
  test("is each command that failed, with the end of what it said", async () => {
    const long = `${"noise ".repeat(200)}the reason`;
    const read = await of([
      call("1", "Bash", { command: "npm test" }),
      result("1", long, 1, at(1)),
      call("2", "shell", { command: ["bash", "-lc", "make all"] }),
      { ...result("2", "no rule", null), ok: false } as Entry,
      call("3", "Bash", { command: "ls" }),
      result("3", "a"),
      call("4", "Read", { file_path: "x" }),
      result("4", "no such file", 1),
    ]);
    expect(read.tried.map(({ what }) => what)).toEqual(["npm test", "make all"]);
    expect(read.tried[0]?.said).toMatch(/^…noise .* the reason$/);
    expect(read.tried[0]?.said.length).toBeLessThanOrEqual(300);
    expect(read.tried[0]?.at).toBe(at(1));
  });

  test("names a command once, and not when it succeeded later", async () => {
    const run = (command: string, exitCode: number) => [
      call("1", "Bash", { command }),
      result("1", command, exitCode),
    ];
    const read = await of([...run("a", 1), ...run("b", 1), ...run("a", 2), ...run("b", 0)]);
    expect(read.tried.map(({ what }) => what)).toEqual(["a"]);
  });

  test("is the last ten", async () => {
    const runs = Array.from({ length: 15 }, (_, n) => [
      call("1", "Bash", { command: `c${n}` }),
      result("1", "", 1),
    ]);
    const read = await of(runs.flat());
    expect(read.tried.map(({ what }) => what)).toEqual(Array.from({ length: 10 }, (_, n) => `c${n + 5}`));
  });

  test("leaves out what was never run", async () => {
    const never = { ...result("1", "interrupted", null), ok: false, interrupted: true } as Entry;
    expect((await of([call("1", "Bash", { command: "x" }), never])).tried).toEqual([]);
  });
});

describe("how the session ended", () => {
  const openCall = { ...result("1", "interrupted", null, at(2)), interrupted: true } as Entry;
  test.each<[string, Entry[], string | null, string | null]>([
    ["a last answer: nothing is known", [said("user", "a"), said("assistant", "b")], null, null],
    ["a question without an answer", [said("user", "a")], null, "in_progress"],
    [
      "a limit",
      [said("user", "a"), interruption("rate_limit", "5-hour limit", at(3))],
      "rate_limit",
      "in_progress",
    ],
    [
      "a limit, and then it went on",
      [interruption("rate_limit", "x"), said("user", "go"), said("assistant", "b")],
      null,
      null,
    ],
    ["an open call", [said("user", "a"), call("1", "Bash", {}), openCall], "open_call", "in_progress"],
    [
      "an open call that a limit ended",
      [call("1", "Bash", {}), openCall, interruption("rate_limit", "x")],
      "rate_limit",
      "in_progress",
    ],
    ["all todos done", [todos(["a", "completed"])], null, "completed"],
    [
      "all todos done, then an error",
      [todos(["a", "completed"]), interruption("error", "500")],
      "error",
      "in_progress",
    ],
  ])("%s", async (_, entries, by, status) => {
    const read = await of(entries);
    expect(read.cutOff?.by ?? null).toBe(by);
    expect(read.status).toBe(status);
  });

  test("is told in one line, with what and when", () => {
    const note = cutOffNote({ by: "rate_limit", what: "5-hour limit reached", at: at(3) });
    expect(note).toBe(
      `The session was cut off by a rate limit at 2026-01-05 12:03 UTC: 5-hour limit reached`,
    );
  });
});

test("counts the person's turns, with what was said in one breath as one", async () => {
  const read = await of([
    said("user", "a", at(1)),
    said("user", "b", at(1)),
    said("assistant", "c", at(2)),
    said("user", "reminder", at(3), true),
    said("user", "d", at(3)),
    said("user", "e", at(4)),
  ]);
  expect(read.turns).toBe(3);
});

test("takes the last model that answered, else the session's", async () => {
  const answer = (model: string | null): Entry => ({ ...said("assistant", "x"), model });
  expect((await of([answer("m1"), answer("m2"), answer(null)], { model: "m0" })).model).toBe("m2");
  expect((await of([answer(null)], { model: "m0" })).model).toBe("m0");
});

test("says when the next steps are only quoted", async () => {
  const entries = [said("user", "go"), said("assistant", "Next steps:\n- one\n- two", at(3))];
  const facts = transcript(entries).facts;
  const quoted = { nextSteps: ["one", "two"], stepsFrom: "stated_plan", stepsAt: at(3) };
  expect(learnedFrom(await of(entries), facts, [])).toMatchObject(quoted);
  const kept = { nextSteps: ["a"], stepsFrom: "todo_list" };
  expect(learnedFrom(await of([...entries, todos(["a", "pending"])]), facts, [])).toMatchObject(kept);
  const none = { nextSteps: null, stepsFrom: null, stepsAt: null };
  const answered = [said("user", "Fix it"), said("assistant", "Done.")];
  expect(learnedFrom(await of(answered), facts, [])).toMatchObject(none);
});

describe("a todo list", () => {
  const list = (minute: number, ...items: Parameters<typeof todos>): Entry => ({
    ...todos(...items),
    at: at(minute),
  });
  const plan = said("assistant", "Next steps:\n- one", at(2));

  test("that was taken back leaves no step, unless a plan was stated since", async () => {
    const taken = [list(1, ["a", "pending"]), plan, list(3)];
    const empty = { from: "todo_list", texts: [], at: at(3) };
    expect(await of(taken)).toMatchObject({
      todos: { open: [], completed: [] },
      steps: empty,
      stillOpen: [],
    });
    const stated = { todos: null, steps: { from: "stated_plan", texts: ["two"], at: at(4) } };
    expect(await of([...taken, said("assistant", "Next steps:\n- two", at(4))])).toMatchObject(stated);
  });

  test("that the agent is only reminded of is no news", async () => {
    const entries = [list(1, ["a", "pending"]), list(5, ["a", "pending"])];
    expect((await of(entries)).steps?.at).toBe(at(1));
    expect((await of([...entries, list(6, ["a", "completed"])])).steps?.at).toBe(at(6));
  });
});

test("tells the state what it learned, in the state's own terms", async () => {
  const entries = [
    said("user", "Do it", at(0)),
    call("1", "Edit", { file_path: "/repo/src/a.ts" }),
    call("2", "Edit", { file_path: "/repo/wt/b.ts" }),
    call("3", "Write", { file_path: "/etc/passwd" }),
    call("4", "Write", { file_path: "c.ts" }),
    call("5", "Bash", { command: "make" }),
    result("5", "no", 2),
    interruption("user", "Request interrupted", at(5)),
  ];
  const facts = transcript(entries, { id: "S", cwd: "/repo/sub", head: "f00d" }).facts;
  const learned = learnedFrom(await of(entries, facts), facts, ["/repo", "/repo/wt"]);
  expect(learned).toMatchObject({
    description: "Do it",
    status: "in_progress",
    timeSpent: "5 minutes",
    startedAt: at(0),
    agentSessionId: "S",
    head: "f00d",
    filesTouched: ["src/a.ts", "b.ts", "sub/c.ts"],
    tried: [{ what: "make", said: "no" }],
    notes: [`The session was cut off by the person at 2026-01-05 12:05 UTC: Request interrupted`],
  });
});

describe("what the person asked", () => {
  const asked = async (...entries: Entry[]) => (await of(entries)).asked;

  test("is their own words alone, in order", async () => {
    const { listed, total } = await asked(
      said("user", "<environment_context>", at(0), true),
      said("user", "[Imported conversation] What follows", at(0)),
      said("user", launchPrompt(".codex/.session-brief.md"), at(1)),
      said("user", "  Fix\n  the login ", at(1)),
      said("assistant", "Done.", at(2)),
      said("user", "Continue", at(3)),
      said("user", "one breath", at(4)),
      said("user", "two texts", at(4)),
    );
    expect(listed.map(({ text, isAnswered }) => [text, isAnswered])).toEqual([
      ["Fix\n  the login", true],
      ["Continue", false],
      ["one breath\ntwo texts", false],
    ]);
    expect(total).toBe(3);
  });

  test("is the first and the last ten, cut to 500, well-formed, with the true number", async () => {
    const long = `${"🎉".repeat(400)} \ud83c end`;
    const { listed, total } = await asked(
      ...Array.from({ length: 30 }, (_, n) => said("user", n === 29 ? long : `ask ${n}`)),
    );
    expect(total).toBe(30);
    expect(listed.map(({ text }) => text).slice(0, -1)).toEqual([
      "ask 0",
      ...Array.from({ length: 9 }, (_, n) => `ask ${n + 20}`),
    ]);
    const last = listed.at(-1)?.text ?? "";
    expect(last.length).toBeLessThanOrEqual(500);
    expect(last).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  });

  test("names neither itself nor the title after Baton's own prompt", async () => {
    const read = await of([
      said("user", launchPrompt("x.md")),
      said("assistant", "ok"),
      said("user", "Add y"),
    ]);
    expect(read.title).toBe("Add y");
    expect((await of([said("user", launchPrompt("x.md"))])).title).toBeNull();
  });

  test("that was never sent is told, and neither answered nor the end of the cut", async () => {
    const waiting = { ...said("user", "And z", at(2)), unsent: true } as Entry;
    const read = await of([
      said("user", "Do y", at(1)),
      interruption("rate_limit", "5-hour", at(3)),
      waiting,
    ]);
    expect(read.cutOff?.by).toBe("rate_limit");
    expect(read.asked.listed.map(({ text, isAnswered }) => [text, isAnswered])).toEqual([
      ["Do y", false],
      ["And z", false],
    ]);
    expect(read.steps).toEqual({ from: "newest_ask", texts: ["And z"], at: at(2) });
    expect(read.turns).toBe(1);
    const wentOn = await of([waiting, said("assistant", "Hello")]);
    expect(wentOn.asked.listed[0]?.isAnswered).toBe(false);
  });
});

describe("the task at hand is what was recorded last", () => {
  const open = todos(["a", "completed"], ["b", "pending"]);
  const finished = todos(["a", "completed"], ["b", "completed"]);
  const none: Entry[] = [];
  const ask = said("user", "Now add German");
  const goOn = said("user", "ok, continue");
  const answer = said("assistant", "I do that.");
  const plan = said("assistant", "Next steps:\n- p");
  const cut = interruption("rate_limit", "5-hour limit");
  type Case = [string, Entry[], string | null, string[] | null, number, string | null];
  test.each<Case>([
    ["open list", [open, answer], "todo_list", ["b"], 0, "in_progress"],
    ["open list, cut off", [open, cut], "todo_list", ["b"], 0, "in_progress"],
    ["open list, later ask", [open, ask], "todo_list", ["b"], 1, "in_progress"],
    ["open list, later ask, answered", [open, ask, answer], "todo_list", ["b"], 1, "in_progress"],
    ["open list, later ask, cut off", [open, ask, cut], "todo_list", ["b"], 1, "in_progress"],
    ["open list, only told to go on", [open, goOn, answer], "todo_list", ["b"], 0, "in_progress"],
    ["open list, later plan", [open, plan], "stated_plan", ["p"], 0, "in_progress"],
    ["open list, later plan, later ask", [open, plan, ask, answer], "stated_plan", ["p"], 1, "in_progress"],
    ["open list, later ask, later plan", [open, ask, plan], "stated_plan", ["p"], 0, "in_progress"],
    ["finished list", [finished, answer], "todo_list", [], 0, "completed"],
    ["finished list, cut off", [finished, cut], "todo_list", [], 0, "in_progress"],
    ["finished list, later ask", [finished, ask], "newest_ask", ["Now add German"], 0, "in_progress"],
    ["the same, answered", [finished, ask, answer], "newest_ask", ["Now add German"], 0, "in_progress"],
    ["the same, cut off", [finished, ask, answer, cut], "newest_ask", ["Now add German"], 0, "in_progress"],
    ["finished list, thanks", [finished, said("user", "Thanks!"), answer], "todo_list", [], 0, "completed"],
    ["finished list, later plan", [finished, plan], "stated_plan", ["p"], 0, "in_progress"],
    ["finished list, later ask, plan", [finished, ask, plan], "stated_plan", ["p"], 0, "in_progress"],
    ["finished list, plan, later ask", [finished, plan, ask], "stated_plan", ["p"], 1, "in_progress"],
    ["plan, later list", [plan, open], "todo_list", ["b"], 0, "in_progress"],
    ["plan, later finished list", [plan, finished], "todo_list", [], 0, "completed"],
    ["ask before the list", [ask, finished, answer], "todo_list", [], 0, "completed"],
    ["no list, answered", [ask, answer], null, null, 0, null],
    ["no list, not answered", [ask], "newest_ask", ["Now add German"], 0, "in_progress"],
    ["no list, plan", [ask, plan], "stated_plan", ["p"], 0, "in_progress"],
    ["nothing", none, null, null, 0, null],
  ])("%s", async (_, entries, from, texts, since, status) => {
    const read = await of(entries.length === 0 ? [] : [said("user", "Build it"), answer, ...entries]);
    expect([read.steps?.from ?? null, read.steps?.texts ?? null]).toEqual([from, texts]);
    expect(read.askedSinceSteps).toBe(since);
    expect(read.status).toBe(status);
  });

  test("and what is open on the older list is not lost", async () => {
    const facts = transcript([]).facts;
    const { notes, completedSteps } = learnedFrom(await of([open, plan]), facts, []);
    expect(notes).toEqual(["Open on an older todo list, from before the plan that was stated last: b"]);
    expect(completedSteps).toEqual(["a"]);
  });
});

describe("what the assistant expected is not tried and failed", () => {
  const run = (command: string, exitCode = 1) => [
    call("1", "Bash", { command }),
    result("1", "output", exitCode),
  ];
  const announced = (text: string) => [said("assistant", text), ...run("npm test")];
  const explained = (text: string) => [...run("npm test"), said("assistant", text)];

  test.each<[string, Entry[]]>([
    ["a search that found nothing", run("grep -rn 'a|b; c' src")],
    ["one behind a pipe", run("cat x | grep y")],
    ["one after cd", run("cd src && rg foo")],
    ["files that differ", run("diff a b")],
    ["git's own", run("git diff --exit-code -- a")],
    ["git's own, elsewhere", run("git -C sub diff --quiet")],
    ["a program that is not there", run("command -v pnpm")],
    ["a condition", run("[ -f x ]")],
    ["announced", announced("I write the test first. It should fail.")],
    ["announced in other words", announced("Let me run it to see it fail:")],
    ["announced as expected", announced("I expect this new test to fail now.")],
    ["said afterwards", explained("The test fails as expected. Now the code.")],
    ["said shortly", explained("As expected.")],
    ["said of the failure", explained("That failure is expected: there is no code yet.")],
  ])("%s", async (_, entries) => {
    expect((await of(entries)).tried).toEqual([]);
  });

  test.each<[string, Entry[]]>([
    ["a search that broke", run("grep -rn x src", 2)],
    ["tests before a search", run("npm test && grep x log")],
    ["a program that is named like one", run("./grep-all.sh")],
    ["a search that is only quoted", run("npm test -- 'x | grep y'")],
    ["no word about it", explained("I look into it.")],
    ["said to be unexpected", explained("This failed unexpectedly.")],
    ["said not to be expected", explained("That failure is not expected.")],
    ["not to fail", announced("This should not fail any more.")],
    ["a comparison", explained("The test fails: expected 5 but got 4.")],
    ["other things as expected", explained("The build works as expected, but a test fails.")],
    ["errors to be handled", explained("We should handle these errors.")],
    [
      "another command, later",
      [...announced("This should fail."), said("assistant", "Now fix it."), ...run("make")],
    ],
  ])("but not %s", async (_, entries) => {
    expect((await of(entries)).tried).toHaveLength(1);
  });
});

describe("a limit", () => {
  const zone = "Europe/Berlin";
  const now = new Date("2026-12-01T10:50:00Z");
  test.each<[string, string, string]>([
    [
      "Claude AI usage limit reached|1796130000",
      "Claude AI usage limit reached, resets at 2026-12-01 14:00 (Europe/Berlin)",
      "Codex's limit ends at 14:00 today (Europe/Berlin), in 2h 10m.",
    ],
    [
      'usage_limit_reached "resets_at":1796130000',
      'usage_limit_reached "resets_at":1796130000 (resets at 2026-12-01 14:00 (Europe/Berlin))',
      "Codex's limit ends at 14:00 today (Europe/Berlin), in 2h 10m.",
    ],
    [
      '"resets_in_seconds": 86400',
      '"resets_in_seconds": 86400 (resets at 2026-12-02 10:00 (Europe/Berlin))',
      "Codex's limit ends at 2026-12-02 10:00 (Europe/Berlin), in 22h 10m.",
    ],
    [
      "limit reached|1796050000000",
      "limit reached, resets at 2026-11-30 15:46 (Europe/Berlin)",
      "Codex's limit ended at 2026-11-30 15:46 (Europe/Berlin).",
    ],
    [
      "You've hit your limit · resets 3pm (Europe/London)",
      "You've hit your limit · resets 3pm (Europe/London)",
      "Codex was cut off by a limit: You've hit your limit · resets 3pm (Europe/London)",
    ],
  ])("%s", async (words, inNote, toThePerson) => {
    const facts = transcript([]).facts;
    const read = await of([said("user", "a"), interruption("rate_limit", words, "2026-12-01T09:00:00.000Z")]);
    const { notes, limit } = learnedFrom(read, facts, [], zone);
    expect(notes).toEqual([`The session was cut off by a rate limit at 2026-12-01 09:00 UTC: ${inNote}`]);
    expect(limit && describeLimit(limit, "Codex", now, zone)).toBe(toThePerson);
  });

  test("is none where another cause ended the session", async () => {
    const read = await of([said("user", "a"), interruption("error", "500|1796130000")]);
    expect(learnedFrom(read, transcript([]).facts, []).limit).toBeNull();
  });
});
