/**
 * Sessions of Copilot CLI with everything in them that makes reading hard, one thing each. Writes
 * tests/fixtures/copilot/made/ anew: `npx tsx tests/agents/made/copilot.ts`.
 */
import type { ExpectedSession } from "../contract.ts";
import { blank, type MadeFile, uuidOf, writeMade } from "./write.ts";

const CWD = "/home/dev/repo";
const STATE = ".copilot/session-state";
const MODEL = "gpt-4.1";

type Data = { [key: string]: unknown };

class Session {
  readonly id: string;
  readonly lines: string[] = [];
  readonly #number: number;
  #last: string | null = null;
  #events = 0;

  constructor(number: number) {
    this.#number = number;
    this.id = uuidOf(number, 0);
    const context = { cwd: CWD, gitRoot: CWD, branch: "main" };
    const client = { version: 1, producer: "copilot-agent", copilotVersion: "1.0.102" };
    this.event("session.start", {
      sessionId: this.id,
      ...client,
      startTime: this.time,
      selectedModel: MODEL,
      context,
    });
  }

  get time(): string {
    return new Date(Date.UTC(2026, 0, 5, 12, 0, this.#events)).toISOString();
  }

  event(type: string, data?: Data, more: Data = {}): this {
    const id = uuidOf(this.#number, ++this.#events);
    const event = { type, data, id, timestamp: this.time, parentId: this.#last, ...more };
    this.#last = id;
    return this.raw(`${JSON.stringify(event)}\n`);
  }

  raw(text: string): this {
    this.lines.push(text);
    return this;
  }

  /** The last event's line once more, changed; it takes its place. */
  spoil(change: (line: string) => string): this {
    return this.raw(change(this.lines.pop() ?? ""));
  }

  user(content: string, more: Data = {}): this {
    return this.event("user.message", { content, transformedContent: `<now/>\n\n${content}`, ...more });
  }

  says(content: string, more: Data = {}): this {
    return this.event("assistant.message", {
      messageId: "m",
      model: MODEL,
      content,
      toolRequests: [],
      ...more,
    });
  }

  calls(toolCallId: string, name: string, args: Data, content = ""): this {
    return this.says(content, { toolRequests: [{ toolCallId, name, arguments: args, type: "function" }] });
  }

  starts(toolCallId: string, toolName: string, args: Data, more: Data = {}): this {
    return this.event("tool.execution_start", { toolCallId, toolName, arguments: args, ...more });
  }

  answers(toolCallId: string, content: string, more: Data = {}): this {
    return this.event("tool.execution_complete", { toolCallId, success: true, result: { content }, ...more });
  }
}

let sessions = 0;
const files: MadeFile[] = [];
const expected: ExpectedSession[] = [];

function made(scene: string, write: (session: Session) => void, tells: Partial<ExpectedSession>): Session {
  const session = new Session(++sessions);
  write(session);
  files.push({ path: `${STATE}/${session.id}/events.jsonl`, content: session.lines.join("") });
  expected.push({ ...blank(scene, session.id), ...tells });
  return session;
}

made(
  "a torn last line",
  (s) =>
    s
      .user("Go")
      .says("Going")
      .user("Stop")
      .spoil((line) => line.slice(0, 60)),
  { asks: ["Go"], replies: ["Going"], skipped: { torn: 1 } },
);

made("a tail of NUL, as a crash leaves it", (s) => s.user("Go").says("Going").raw("\0".repeat(512)), {
  asks: ["Go"],
  replies: ["Going"],
  skipped: { "NUL bytes": 1 },
});

made(
  "line separators and a raw line break within an event",
  (s) => {
    s.user("One\u2028two\u2029three");
    s.says("First BREAK second").spoil((line) => line.replace(" BREAK ", "\n"));
    s.user("Next");
  },
  { asks: ["One\u2028two\u2029three", "Next"], replies: ["First\nsecond"] },
);

made(
  "two events on one line, and one twice",
  (s) => {
    s.user("Go").spoil((line) => line.trimEnd());
    s.says("Going");
    s.user("And on").spoil((line) => line + line);
  },
  { asks: ["Go", "And on"], replies: ["Going"], skipped: { duplicate: 1 } },
);

made(
  "an event that was torn off, and written over",
  (s) =>
    s
      .user("Go")
      .says("Lost")
      .spoil((line) => line.slice(0, line.indexOf("Lost") + 2))
      .user("Again")
      .says("Going"),
  { asks: ["Go", "Again"], replies: ["Going"], skipped: { torn: 1 } },
);

made(
  "events of unknown types, and some that lack what they are about",
  (s) => {
    s.user("Go").event("user.gesture", { kind: "wave" }).event("telepathy", { text: "?" });
    s.event("assistant.message").event("user.message", {}).says("Going");
  },
  {
    asks: ["Go"],
    replies: ["Going"],
    skipped: { 'unknown type "user.gesture"': 1, 'unknown type "telepathy"': 1, "no data": 1 },
  },
);

made(
  "calls that pair, and one that does not",
  (s) => {
    s.user("Go").calls("c1", "bash", { command: "false" }, "Trying");
    s.starts("c1", "bash", { command: "false" });
    s.answers("c1", "no\n<shellId: 0 completed with exit code 1>", { shellExecution: { exitCode: 1 } });
    s.answers("c9", "nobody asked").starts("c2", "view", { path: "/home/dev/repo/a.txt" });
    s.event("tool.execution_complete", { toolCallId: "c2", success: false, error: { message: "not there" } });
    s.event("tool.user_requested", { toolCallId: "c3", toolName: "bash", arguments: { command: "ls" } });
    s.answers("c3", "a.txt").calls("c4", "bash", { command: "sleep 100" });
    s.starts("c4", "bash", { command: "sleep 100" });
  },
  {
    asks: ["Go"],
    replies: ["Trying"],
    tools: ["bash", "view", "bash", "bash"],
    results: [
      "no\n<shellId: 0 completed with exit code 1>",
      "not there",
      "a.txt",
      "The call was interrupted: it never got a result.",
    ],
    skipped: { "result without a call": 1 },
    end: "killed",
  },
);

made(
  "a subagent beside the agent",
  (s) => {
    s.user("Count").calls("t1", "task", { prompt: "Count the files" }, "I ask a helper.");
    s.starts("t1", "task", { prompt: "Count the files" }).event("subagent.started", { toolCallId: "t1" });
    s.event("user.message", { content: "Count the files" }, { agentId: "a1" });
    s.says("I count.", { parentToolCallId: "t1" });
    s.starts("t2", "bash", { command: "ls" }, { parentToolCallId: "t1" });
    s.answers("t2", "a", { parentToolCallId: "t1" }).answers("t1", "One file").says("One.");
  },
  {
    asks: ["Count"],
    replies: ["I ask a helper.", "One."],
    tools: ["task"],
    results: ["One file"],
  },
);

made(
  "what the person did not type",
  (s) => {
    s.user("Go").user("A skill's words", { source: "skill-pdf" });
    s.event("system.notification", { content: "<system_notification>done</system_notification>", kind: {} });
    s.user("Continue", { isAutopilotContinuation: true }).user("Look", {
      attachments: [
        { type: "file", path: "/home/dev/repo/a.txt", displayName: "a.txt" },
        { type: "blob", mimeType: "image/png", data: "AAAA", displayName: "shot.png" },
      ],
    });
    s.says("Seen");
  },
  { asks: ["Go", "Look"], replies: ["Seen"] },
);

made(
  "a thought recorded twice, a summary, and a list of the older todo tool",
  (s) => {
    s.user("Go").event("assistant.reasoning", { reasoningId: "r", content: "Hm" });
    s.says("Going", { reasoningText: "Hm" });
    s.event("session.compaction_complete", { success: false, error: "no" });
    s.event("session.compaction_complete", { success: true, summaryContent: "It goes." });
    const todos = "- [x] Look\n- [ ] Change it\n* [~] Test\nnot a step";
    s.calls("c1", "update_todo", { todos }).answers("c1", "ok").says("On", { reasoningText: "Hm" });
  },
  {
    asks: ["Go"],
    replies: ["Going", "On"],
    reasoning: ["Hm", "Hm"],
    summaries: ["It goes."],
    tools: ["update_todo"],
    todos: [
      { text: "Look", status: "completed" },
      { text: "Change it", status: "pending" },
      { text: "Test", status: "in_progress" },
    ],
  },
);

made(
  "a context that was cleared",
  (s) => {
    s.user("Forget me").says("Gone").event("session.context_cleared", { messagesCleared: 2 });
    s.user("Begin anew").says("New");
  },
  { asks: ["Begin anew"], replies: ["New"] },
);

for (const [end, type, data] of [
  ["stopped", "abort", { reason: "user_initiated" }],
  ["rate-limit", "session.error", { errorType: "quota", message: "No premium requests left." }],
  ["error", "session.error", { errorType: "query", message: "The service is not there." }],
  ["error", "session.shutdown", { shutdownType: "error", errorReason: "out of memory", modelMetrics: {} }],
] as const) {
  made(`an end: ${type} ${end}`, (s) => s.user("Go").says("Going").event(type, data), {
    asks: ["Go"],
    replies: ["Going"],
    end,
  });
}

const usage = { requests: { count: 1 }, usage: { inputTokens: 40, outputTokens: 2 } };
made(
  "a named session that moved and changed its model",
  (s) => {
    s.user("Go").says("Going");
    s.event("session.context_changed", { cwd: `${CWD}/deeper`, branch: "main" });
    s.event("session.model_change", { newModel: MODEL });
    s.event("session.shutdown", { shutdownType: "routine", modelMetrics: { [MODEL]: usage } });
  },
  { customTitle: "My own: name", asks: ["Go"], replies: ["Going"], tokens: 42 },
);
files.push({
  path: `${STATE}/${uuidOf(sessions, 0)}/workspace.yaml`,
  content: `id: ${uuidOf(sessions, 0)}\ncwd: ${CWD}\nbranch: main\nname: "My own: name"\nuser_named: true\nsummary: |-\n  A summary\n`,
});

const single = new Session(++sessions).user("Go").says("Going");
files.push({ path: `${STATE}/${single.id}.jsonl`, content: single.lines.join("") });
expected.push({
  ...blank("one file, as older clients wrote it", single.id),
  asks: ["Go"],
  replies: ["Going"],
});

const silent = new Session(80);
files.push({ path: `${STATE}/${silent.id}/events.jsonl`, content: silent.lines.join("") });
const detached = new Session(81);
detached.spoil((line) =>
  line.replace('"version":1', `"version":1,"detachedFromSpawningParentSessionId":"${single.id}"`),
);
detached.user("Remember this").says("Noted");
files.push({ path: `${STATE}/${detached.id}/events.jsonl`, content: detached.lines.join("") });
files.push({ path: `${STATE}/.session-operation-locks/${silent.id}.lock`, content: "" });

await writeMade("copilot", { cwd: CWD, branch: "main", model: MODEL, sessions: expected }, files);
