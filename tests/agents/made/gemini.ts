/**
 * Sessions of Gemini CLI with everything in them that makes reading hard, one thing each. Writes
 * tests/fixtures/gemini/made/ anew: `npx tsx tests/agents/made/gemini.ts`.
 */
import { createHash } from "node:crypto";
import type { ExpectedSession } from "../contract.ts";
import { blank, type MadeFile, uuidOf, writeMade } from "./write.ts";

const CWD = "/home/dev/repo";
const HASH = createHash("sha256").update(CWD).digest("hex");
const CHATS = ".gemini/tmp/repo/chats";
const MODEL = "gemini-2.5-pro";

type Data = { [key: string]: unknown };

class Session {
  readonly id: string;
  readonly lines: string[] = [];
  readonly #number: number;
  #records = 0;

  constructor(number: number) {
    this.#number = number;
    this.id = uuidOf(number, 0);
  }

  get time(): string {
    return new Date(Date.UTC(2026, 0, 5, 12, 0, this.#records)).toISOString();
  }

  get header() {
    return {
      sessionId: this.id,
      projectHash: HASH,
      startTime: this.time,
      lastUpdated: this.time,
      kind: "main",
    };
  }

  /** What the client writes when it starts, also when it then takes up an older session. */
  begins(more: Data = {}): this {
    return this.record({ ...this.header, ...more }).sets([this.context]);
  }

  get context() {
    return {
      id: "context",
      timestamp: this.time,
      type: "user",
      content: [{ text: "<session_context>\nHere.\n</session_context>" }],
    };
  }

  message(type: string, more: Data, id = uuidOf(this.#number, ++this.#records)) {
    return { id, timestamp: this.time, type, ...more };
  }

  record(record: Data): this {
    return this.raw(`${JSON.stringify(record)}\n`);
  }

  raw(text: string): this {
    this.lines.push(text);
    return this;
  }

  spoil(change: (line: string) => string): this {
    return this.raw(change(this.lines.pop() ?? ""));
  }

  sets(messages: Data[]): this {
    return this.record({ $set: { messages, lastUpdated: this.time } });
  }

  user(content: unknown, more: Data = {}): this {
    return this.record(
      this.message("user", { content: typeof content === "string" ? [{ text: content }] : content, ...more }),
    );
  }

  says(content: unknown, more: Data = {}, id?: string): this {
    return this.record(this.message("gemini", { content, thoughts: [], model: MODEL, ...more }, id));
  }
}

const call = (id: string, name: string, args: Data, output: string | null, more: Data = {}) => ({
  id,
  name,
  args,
  status: "success",
  ...(output === null ? {} : { result: [{ functionResponse: { id, name, response: { output } } }] }),
  ...more,
});
const response = (id: string, output: string) => [
  { functionResponse: { id, name: "x", response: { output } } },
];

let sessions = 0;
const files: MadeFile[] = [];
const expected: ExpectedSession[] = [];

function made(scene: string, write: (session: Session) => void, tells: Partial<ExpectedSession>): void {
  const session = new Session(++sessions);
  write(session);
  files.push({ path: fileOf(session), content: session.lines.join("") });
  expected.push({ ...blank(scene, session.id), ...tells });
}

function fileOf(session: Session, ending = "jsonl"): string {
  return `${CHATS}/session-2026-01-05T12-00-${session.id.slice(0, 8)}.${ending}`;
}

made(
  "a message that is written again and again",
  (s) => {
    s.begins().user("Go");
    const id = uuidOf(90, 1);
    s.says("Going", {}, id).record({ $set: { lastUpdated: s.time } });
    s.says(
      "Going",
      { toolCalls: [call("c1", "read_file", { file_path: "a" }, null, { status: "executing" })] },
      id,
    );
    s.says("Going", { toolCalls: [call("c1", "read_file", { file_path: "a" }, "A")] }, id);
    s.user(response("c1", "A")).says("Done");
  },
  { asks: ["Go"], replies: ["Going", "Done"], tools: ["read_file"], results: ["A"] },
);

made(
  "steps back",
  (s) => {
    s.begins().user("One").says("First");
    const second = s.message("user", { content: [{ text: "Two" }] });
    s.record(second).says("Second").user("Three").record({ $rewindTo: second.id });
    s.user("Other").says("Otherwise");
  },
  { asks: ["One", "Other"], replies: ["First", "Otherwise"] },
);

made(
  "a step back to what is not there",
  (s) => s.begins().user("One").says("First").record({ $rewindTo: "nowhere" }).user("Again").says("Anew"),
  { asks: ["Again"], replies: ["Anew"] },
);

made(
  "a history set anew",
  (s) => {
    s.begins().user("Wrong").says("Wrong too");
    const kept = s.message("user", { content: [{ text: "Right" }] });
    s.record(kept).sets([
      s.context,
      kept,
      s.message("gemini", { content: [{ text: "Right too" }], model: MODEL }),
    ]);
    s.user("On");
  },
  { asks: ["Right", "On"], replies: ["Right too"] },
);

made(
  "a session that was taken up twice",
  (s) => {
    s.begins().user("One");
    const first = s.message("gemini", {
      content: "First",
      model: MODEL,
      thoughts: [{ subject: "Hm", description: "so" }],
      toolCalls: [call("c1", "glob", {}, "a")],
    });
    s.record(first).user(response("c1", "a")).says("Then");
    // The whole history, in the form in which it goes to the model.
    const parts = [
      { text: "so", thought: true },
      { text: "First" },
      { functionCall: { id: "c1", name: "glob", args: {} } },
    ];
    const history = [
      s.context,
      s.message("user", { content: [{ text: "One" }] }, uuidOf(sessions, 1)),
      s.message("gemini", { content: parts }, first.id),
    ];
    s.begins()
      .record({ $set: { sessionId: s.id } })
      .sets([...history, s.message("user", { content: response("c1", "a") }, `${first.id}_response`)]);
    s.user("Two").says("Second").begins();
  },
  {
    asks: ["One", "Two"],
    replies: ["First", "Second"],
    reasoning: ["Hm\nso"],
    tools: ["glob"],
    results: ["a"],
  },
);

const SNAPSHOT = "<state_snapshot>\n<overall_goal>Go</overall_goal>\n</state_snapshot>";
made(
  "a summary",
  (s) => {
    s.begins().user("Before").says("Was");
    const summary = s.message("user", { content: [{ text: SNAPSHOT }] });
    const thanks = s.message("gemini", { content: [{ text: "Got it. Thanks for the additional context!" }] });
    s.sets([s.context, summary, thanks])
      .user("After")
      .says("Is")
      .sets([s.context, summary, thanks])
      .user("Last");
  },
  { asks: ["Before", "After", "Last"], replies: ["Was", "Is"], summaries: [SNAPSHOT] },
);

made(
  "what the person did not type",
  (s) => {
    s.begins();
    s.user([
      { text: "Look at @a.txt" },
      { text: "\n--- Content from referenced files ---" },
      { text: "\nContent from @a.txt:\n" },
      { text: "A" },
    ]);
    s.says("Seen").user("<hook_context>be kind</hook_context>").user("Please continue.");
    s.user([{ text: "expanded" }, { inlineData: { mimeType: "image/png", data: "AAAA" } }], {
      displayContent: "/plan it",
    });
    s.says("Planned");
  },
  { asks: ["Look at @a.txt", "/plan it"], replies: ["Seen", "Planned"] },
);

made(
  "calls that fail, and some that stay open",
  (s) => {
    s.begins().user("Go");
    const todos = [
      { description: "One", status: "completed" },
      { description: "Two", status: "blocked" },
      { description: "Three", status: "cancelled" },
    ];
    s.says("", {
      toolCalls: [
        call(
          "c1",
          "run_shell_command",
          { command: "false" },
          "<untrusted_context>\nOutput: no\nExit Code: 1\n</untrusted_context>",
        ),
        call("c2", "replace", {}, null, { status: "error", resultDisplay: "no such text" }),
        call("c3", "run_shell_command", { command: "x" }, "stopped", { status: "cancelled" }),
        call("c4", "write_todos", { todos }, "ok", { resultDisplay: { todos } }),
        call("c5", "read_file", {}, null, { status: "executing" }),
        call("c6", "glob", {}, null, { status: "executing" }),
      ],
    });
    s.user(response("c5", "late")).says("On");
  },
  {
    asks: ["Go"],
    replies: ["On"],
    tools: ["run_shell_command", "replace", "run_shell_command", "write_todos", "read_file", "glob"],
    results: [
      "Output: no\nExit Code: 1",
      "no such text",
      "stopped",
      "ok",
      "late",
      "The call was interrupted: it never got a result.",
    ],
    todos: [
      { text: "One", status: "completed" },
      { text: "Two", status: "pending" },
      { text: "Three", status: "cancelled" },
    ],
    end: "killed",
  },
);

for (const [end, type, content] of [
  ["rate-limit", "error", "[API Error: You exceeded your current quota]"],
  ["error", "error", "[API Error: fetch failed]"],
  ["stopped", "info", "Request cancelled."],
  ["rate-limit", "warning", "Daily limit reached for gemini-2.5-pro"],
  ["complete", "info", "Update available"],
] as const) {
  made(
    `an end: ${type} ${end}`,
    (s) => s.begins().user("Go").says("Going").record(s.message(type, { content })),
    {
      asks: ["Go"],
      replies: ["Going"],
      end,
    },
  );
}

made(
  "a tool's answer that nothing follows",
  (s) =>
    s
      .begins()
      .user("Go")
      .says("Going", { toolCalls: [call("c1", "glob", {}, "a")] })
      .user(response("c1", "a")),
  { asks: ["Go"], replies: ["Going"], tools: ["glob"], end: "error" },
);

made(
  "records that are torn, joined, full of NUL or of unknown kinds",
  (s) => {
    s.begins()
      .user("One")
      .spoil((line) => line.trimEnd());
    s.says("First")
      .raw(`${"\0".repeat(64)}\n`)
      .says("Lost")
      .spoil((line) => line.slice(0, line.indexOf("Lost") + 2));
    s.user("Two\u2028and")
      .record({ hologram: true })
      .record(s.message("vision", { content: "?" }));
    s.says("Second BREAK half").spoil((line) => line.replace(" BREAK ", "\n"));
    s.user("Torn").spoil((line) => line.slice(0, 70));
  },
  {
    asks: ["One", "Two\u2028and"],
    replies: ["First", "Second\nhalf"],
    skipped: { "NUL bytes": 1, torn: 2, "unknown record with hologram": 1, 'unknown type "vision"': 1 },
  },
);

made(
  "a title, and tokens",
  (s) => {
    s.begins()
      .user("Go")
      .says("Going", { tokens: { input: 10, output: 2, cached: 5, thoughts: 3, tool: 1, total: 16 } });
    s.record({ $set: { summary: "Going somewhere" } }).says("Gone", {
      tokens: { input: 20, output: 1, cached: 0, total: 21 },
    });
  },
  { asks: ["Go"], replies: ["Going", "Gone"], tokens: 37 },
);

const older = new Session(++sessions);
const messages = [
  older.message("user", { content: "In the beginning" }),
  older.message("gemini", {
    content: "was JSON",
    model: MODEL,
    toolCalls: [call("c1", "list_directory", { path: "." }, "a")],
  }),
];
files.push({
  path: `.gemini/tmp/${HASH}/chats/session-2025-09-01T12-00-${older.id.slice(0, 8)}.json`,
  content: JSON.stringify({ ...older.header, messages }, null, 2),
});
expected.push({
  ...blank("one document, in a folder named by a hash", older.id),
  asks: ["In the beginning"],
  replies: ["was JSON"],
  tools: ["list_directory"],
  results: ["a"],
});

const helper = new Session(80).begins({ kind: "subagent" }).user("Count").says("One");
files.push({ path: `${CHATS}/${uuidOf(1, 0)}/${helper.id}.jsonl`, content: helper.lines.join("") });
files.push({ path: fileOf(helper), content: helper.lines.join("") });
const silent = new Session(81).begins();
files.push({ path: fileOf(silent), content: silent.lines.join("") });
// Taking up a session can leave a second file of its id, in which nothing was said.
const started = new Session(1).begins();
files.push({ path: fileOf(started).replace("12-00", "12-30"), content: started.lines.join("") });
files.push({ path: ".gemini/tmp/repo/logs.json", content: '[{"sessionId":"x","message":"Go"}]' });
files.push({ path: ".gemini/tmp/repo/.project_root", content: CWD });
files.push({ path: ".gemini/projects.json", content: JSON.stringify({ projects: { [CWD]: "repo" } }) });

await writeMade("gemini", { cwd: CWD, branch: null, model: MODEL, sessions: expected }, files);
