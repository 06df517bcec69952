/**
 * Sessions in the tree of JSON files that OpenCode 1.0 and 1.1 kept, with everything in them that makes reading hard. Writes
 * tests/fixtures/opencode/made/ anew: `npx tsx tests/agents/made/opencode.ts`.
 */
import type { ExpectedSession } from "../contract.ts";
import { blank, type MadeFile, writeMade } from "./write.ts";

const CWD = "/home/dev/repo";
const STORAGE = ".local/share/opencode/storage";
const MODEL = "claude-sonnet-4-5";
const START = Date.UTC(2026, 0, 5, 12);

type Data = { [key: string]: unknown };

/** One session. Ids descend, so that whoever sorts by them tells the story backwards. */
class Session {
  readonly id: string;
  readonly files: MadeFile[] = [];
  #messages = 0;
  #parts = 0;
  #message = "";

  constructor(number: number, more: Data = {}) {
    this.id = `ses_${String(number).padStart(4, "0")}`;
    const time = { created: START, updated: START + 60_000 };
    const info = {
      id: this.id,
      version: "1.0.150",
      projectID: "p1",
      directory: CWD,
      title: `Session ${number}`,
      time,
    };
    this.#write(`session/p1/${this.id}.json`, { ...info, ...more });
  }

  #write(path: string, value: unknown): void {
    this.files.push({ path: `${STORAGE}/${path}`, content: JSON.stringify(value, null, 2) });
  }

  message(role: string, more: Data = {}): this {
    this.#message = `msg_${this.id.slice(4)}_${String(99 - ++this.#messages)}`;
    const created = START + this.#messages * 1000;
    const own =
      role === "user"
        ? { model: { providerID: "anthropic", modelID: MODEL } }
        : {
            modelID: MODEL,
            providerID: "anthropic",
            tokens: { input: 5, output: 1, reasoning: 0, cache: { read: 2, write: 0 } },
          };
    const time = role === "user" ? { created } : { created, completed: created + 500 };
    this.#write(`message/${this.id}/${this.#message}.json`, {
      id: this.#message,
      sessionID: this.id,
      role,
      time,
      ...own,
      ...more,
    });
    return this;
  }

  part(data: Data): this {
    const id = `prt_${this.id.slice(4)}_${String(++this.#parts).padStart(3, "0")}`;
    this.#write(`part/${this.#message}/${id}.json`, {
      id,
      sessionID: this.id,
      messageID: this.#message,
      ...data,
    });
    return this;
  }

  user(text: string, more: Data = {}): this {
    return this.message("user").part({ type: "text", text, ...more });
  }

  says(text: string, more: Data = {}): this {
    return this.message("assistant", more).part({ type: "text", text });
  }

  tool(tool: string, state: Data): this {
    return this.part({
      type: "tool",
      callID: `call_${this.#parts}`,
      tool,
      state: { input: {}, time: { start: START }, ...state },
    });
  }

  todos(todos: Data[]): this {
    this.#write(`todo/${this.id}.json`, todos);
    return this;
  }

  /** The last file, changed. */
  spoil(change: (content: string) => string): this {
    const file = this.files.at(-1);
    if (file !== undefined) file.content = change(String(file.content));
    return this;
  }
}

let sessions = 0;
const files: MadeFile[] = [];
const expected: ExpectedSession[] = [];

function made(
  scene: string,
  write: (session: Session) => void,
  tells: Partial<ExpectedSession>,
  more: Data = {},
): void {
  const session = new Session(++sessions, more);
  write(session);
  files.push(...session.files);
  expected.push({ ...blank(scene, session.id), ...tells });
}

made("ids that run against the time", (s) => s.user("One").says("First").user("Two").says("Second"), {
  asks: ["One", "Two"],
  replies: ["First", "Second"],
  tokens: 16,
});

made(
  "calls in all their states",
  (s) => {
    s.user("Go").says("Going", { finish: "tool-calls" });
    s.tool("bash", {
      status: "completed",
      input: { command: "false" },
      output: "no\n",
      metadata: { exit: 1 },
    });
    s.tool("read", { status: "error", error: "not there" });
    s.tool("bash", { status: "error", error: "Tool execution aborted", metadata: { interrupted: true } });
    s.tool("todowrite", {
      status: "completed",
      input: { todos: [{ content: "A", status: "pending" }] },
      output: "[]",
    });
    s.says("On").tool("bash", { status: "running", input: { command: "sleep 100" } });
    s.todos([
      { id: "1", content: "A", status: "completed", priority: "high" },
      { id: "2", content: "B", status: "in_progress", priority: "low" },
    ]);
  },
  {
    asks: ["Go"],
    replies: ["Going", "On"],
    tools: ["bash", "read", "bash", "todowrite", "bash"],
    results: [
      "no\n",
      "not there",
      "Tool execution aborted",
      "[]",
      "The call was interrupted: it never got a result.",
    ],
    todos: [
      { text: "A", status: "completed" },
      { text: "B", status: "in_progress" },
    ],
    end: "killed",
  },
);

made(
  "what the person did not type, a thought, a summary",
  (s) => {
    s.user("Look").part({ type: "text", text: "Called the Read tool", synthetic: true });
    s.part({ type: "file", mime: "text/plain", url: "file:///home/dev/repo/a.txt", filename: "a.txt" });
    s.part({ type: "file", mime: "image/png", url: "data:image/png;base64,AAAA", filename: "shot.png" });
    s.message("assistant")
      .part({ type: "step-start" })
      .part({ type: "reasoning", text: "Hm" })
      .part({ type: "text", text: "Seen" });
    s.part({ type: "patch", hash: "h", files: ["/home/dev/repo/a.txt"] }).part({
      type: "step-finish",
      reason: "stop",
    });
    s.message("user").part({ type: "compaction", auto: true });
    s.says("So far: seen.", { summary: true })
      .user("Continue if you have next steps", { synthetic: true })
      .says("Done");
  },
  { asks: ["Look"], replies: ["Seen", "Done"], reasoning: ["Hm"], summaries: ["So far: seen."] },
);

made(
  "a conversation that was taken back",
  (s) => s.user("One").says("First").user("Two").says("Second"),
  { asks: ["One"], replies: ["First"] },
  { revert: { messageID: "msg_0004_96", snapshot: "x" } },
);

const limit = {
  name: "APIError",
  data: { message: "Too many requests", statusCode: 429, isRetryable: true },
};
for (const [end, error] of [
  ["rate-limit", limit],
  ["stopped", { name: "MessageAbortedError", data: { message: "Aborted" } }],
  ["error", { name: "ProviderAuthError", data: { providerID: "anthropic", message: "no key" } }],
] as const) {
  made(`an end: ${end}`, (s) => s.user("Go").says("Going", { error }), {
    asks: ["Go"],
    replies: ["Going"],
    end,
  });
}

made(
  "a limit that made the client try again, and an answer that was never finished",
  (s) =>
    s
      .user("Go")
      .message("assistant")
      .part({ type: "retry", attempt: 1, error: limit, time: { created: START } })
      .user("Now")
      .says("Going", { time: { created: START + 9000 } }),
  { asks: ["Go", "Now"], replies: ["Going"], end: "error" },
);

made(
  "files that are torn, and parts of an unknown type",
  (s) => {
    s.user("One")
      .part({ type: "hologram" })
      .says("Torn")
      .spoil((content) => content.slice(0, 30));
    s.says("First").user("Lost");
    const message = s.files.at(-2);
    if (message !== undefined) message.content = "{";
    s.user("Two");
  },
  { asks: ["One", "Two"], replies: ["First"], skipped: { torn: 2, 'unknown type "hologram"': 1 } },
);

made(
  "a title that is only a placeholder",
  (s) => s.user("Name me").says("Named"),
  { asks: ["Name me"], replies: ["Named"] },
  { title: "New session - 2026-01-05T12:00:00.000Z" },
);

const helper = new Session(80, { parentID: "ses_0001" }).user("Count").says("One");
files.push(...helper.files);
const torn = new Session(81).spoil((content) => content.slice(0, 20));
files.push(...torn.files);

await writeMade("opencode", { cwd: CWD, branch: null, model: MODEL, sessions: expected }, files);
