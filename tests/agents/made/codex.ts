/**
 * Sessions of Codex with everything in them that makes reading hard, one thing each. Writes
 * tests/fixtures/codex/made/ anew: `npx tsx tests/agents/made/codex.ts`; needs the `zstd` program.
 */
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ExpectedSession } from "../contract.ts";
import { blank, type MadeFile, uuidOf, writeMade } from "./write.ts";

const ARCHIVES = fileURLToPath(new URL("../../fixtures/archives/", import.meta.url));
const CWD = "/home/dev/repo";
const DAY = ".codex/sessions/2026/01/05";

type Payload = { [key: string]: unknown };

class Session {
  readonly id: string;
  readonly lines: string[] = [];
  #seconds = 0;

  readonly number: number;

  constructor(number: number) {
    this.number = number;
    this.id = uuidOf(number, 0);
  }

  get time(): string {
    return new Date(Date.UTC(2026, 0, 5, 12, 0, this.#seconds)).toISOString();
  }

  line(type: string, payload: Payload): this {
    this.#seconds += 1;
    return this.raw(`${JSON.stringify({ timestamp: this.time, type, payload })}\n`);
  }

  raw(text: string): this {
    this.lines.push(text);
    return this;
  }

  spoil(change: (line: string) => string): this {
    return this.raw(change(this.lines.pop() ?? ""));
  }

  meta(more: Payload = {}): this {
    const client = {
      originator: "codex_cli_rs",
      cli_version: "0.50.0",
      source: "cli",
      model_provider: "openai",
    };
    this.line("session_meta", {
      id: this.id,
      timestamp: this.time,
      cwd: CWD,
      ...client,
      git: { branch: "main" },
      ...more,
    });
    return this.line("turn_context", { cwd: CWD, model: "gpt-5-codex" });
  }

  item(payload: Payload): this {
    return this.line("response_item", payload);
  }

  event(type: string, payload: Payload = {}): this {
    return this.line("event_msg", { type, ...payload });
  }

  user(...texts: string[]): this {
    const content = texts.map((text) => ({ type: "input_text", text }));
    return this.item({ type: "message", role: "user", content });
  }

  assistant(text: string): this {
    return this.item({ type: "message", role: "assistant", content: [{ type: "output_text", text }] });
  }

  call(id: string, name: string, args: Payload): this {
    return this.item({ type: "function_call", name, arguments: JSON.stringify(args), call_id: id });
  }

  output(id: string, output: unknown): this {
    return this.item({ type: "function_call_output", call_id: id, output });
  }
}

let sessions = 0;
const files: MadeFile[] = [];
const expected: ExpectedSession[] = [];

function fileOf(session: Session, name = session.id, folder = DAY): string {
  const clock = `12-00-${String(session.number).padStart(2, "0")}`;
  return `${folder}/rollout-2026-01-05T${clock}-${name}.jsonl`;
}

function made(scene: string, write: (session: Session) => void, tells: Partial<ExpectedSession>): Session {
  const session = new Session(++sessions);
  write(session);
  files.push({ path: fileOf(session), content: session.lines.join("") });
  expected.push({ ...blank(scene, session.id), ...tells });
  return session;
}

made(
  "each text twice, as older clients wrote it",
  (s) => {
    s.meta();
    s.user("<user_instructions>Be kind</user_instructions>").user(
      `<environment_context><cwd>${CWD}</cwd></environment_context>`,
    );
    s.user("Continue").event("user_message", { message: "Continue" });
    s.event("agent_reasoning", { text: "Hm" }).item({
      type: "reasoning",
      summary: [{ type: "summary_text", text: "Hm" }],
    });
    s.event("agent_message", { message: "Done" }).assistant("Done");
    s.event("token_count", {
      info: { total_token_usage: { input_tokens: 7, output_tokens: 2, total_tokens: 9 } },
    });
    s.user("Continue").event("user_message", { message: "Continue" });
    s.event("agent_message", { message: "Done" }).assistant("Done");
    s.event("token_count", {
      info: { total_token_usage: { input_tokens: 14, output_tokens: 4, total_tokens: 18 } },
    });
  },
  { asks: ["Continue", "Continue"], replies: ["Done", "Done"], reasoning: ["Hm"], tokens: 18 },
);

made(
  "events only",
  (s) => {
    s.meta().event("user_message", { message: "Hello" }).event("agent_message", { message: "Hi" });
    s.event("item_completed", { item: { type: "UserMessage", content: [{ type: "text", text: "Bye" }] } });
    s.event("item_completed", {
      item: { type: "AgentMessage", content: [{ type: "Text", text: "See you" }] },
    });
  },
  { asks: ["Hello", "Bye"], replies: ["Hi", "See you"] },
);

made(
  "what an editor writes above the request",
  (s) => {
    s.meta();
    s.user("# Context from my IDE setup:\n\n## Open tabs:\n- a.ts\n\n## My request for Codex:\nFix it\n");
    s.item({
      type: "message",
      role: "user",
      content: [
        { type: "input_text", text: "<image name=[Image #1]>" },
        { type: "input_image", image_url: "data:image/jpeg;base64,aGk=" },
        { type: "input_text", text: "</image>" },
        { type: "input_text", text: "<environment_context> is what I mean" },
      ],
      internal_chat_message_metadata_passthrough: {
        content_item_kinds: ["x.image", "x.image", "x.image", "user.text"],
      },
    });
  },
  { asks: ["Fix it\n", "<environment_context> is what I mean"] },
);

made(
  "the many forms of a command and its output",
  (s) => {
    s.meta().user("Run them");
    s.call("c1", "shell", { command: ["bash", "-lc", "false"] });
    s.output("c1", JSON.stringify({ output: "no", metadata: { exit_code: 1, duration_seconds: 0.1 } }));
    s.call("c2", "exec_command", { cmd: "make" });
    s.event("item_completed", { item: { type: "CommandExecution", id: "c2", exit_code: 2 } });
    s.output("c2", "cut short");
    s.call("c3", "shell_command", { command: "ls" });
    s.output("c3", "Exit code: 0\nWall time: 0 seconds\nOutput:\na\n");
    s.call("c4", "view_image", { path: "a.png" }).output("c4", [{ type: "input_text", text: "seen" }]);
    s.item({
      type: "local_shell_call",
      call_id: "c5",
      status: "completed",
      action: { type: "exec", command: ["pwd"] },
    });
    s.output("c5", { content: "/repo", success: true });
    s.item({
      type: "custom_tool_call",
      call_id: "c6",
      name: "apply_patch",
      input: "*** Begin Patch\n*** End Patch",
    });
    s.item({ type: "custom_tool_call_output", call_id: "c6", output: "aborted by user after 3.1s" });
    s.item({ type: "web_search_call", status: "completed", action: { type: "search", query: "x" } });
    s.item({ type: "function_call", name: "broken", arguments: "{not json", call_id: "c7" }).output("c7", "");
    s.output("c8", "of no call");
    s.assistant("They ran");
  },
  {
    asks: ["Run them"],
    replies: ["They ran"],
    tools: [
      "shell",
      "exec_command",
      "shell_command",
      "view_image",
      "local_shell",
      "apply_patch",
      "web_search",
      "broken",
    ],
    results: ["no", "cut short", "a\n", "seen", "/repo", "aborted by user after 3.1s", "", ""],
    skipped: { "result without a call": 1 },
  },
);

made(
  "a plan",
  (s) => {
    s.meta().user("Plan");
    s.call("c1", "update_plan", {
      plan: [
        { step: "one", status: "in_progress" },
        { step: "two", status: "pending" },
      ],
    });
    s.output("c1", "Plan updated");
    s.call("c2", "update_plan", {
      plan: [
        { step: "one", status: "completed" },
        { step: "two", status: "in_progress" },
      ],
    });
    s.output("c2", "Plan updated");
  },
  {
    asks: ["Plan"],
    tools: ["update_plan", "update_plan"],
    todos: [
      { text: "one", status: "completed" },
      { text: "two", status: "in_progress" },
    ],
  },
);

made(
  "turns that were taken back",
  (s) => {
    s.meta().user("One").assistant("Uno").user("Two").assistant("Dos").user("Three").assistant("Tres");
    s.event("thread_rolled_back", { num_turns: 1 }).user("Drei").assistant("Drei!");
    s.event("thread_rolled_back", { num_turns: 2 }).user("Deux").call("c1", "shell", { command: "ls" });
  },
  { asks: ["One", "Deux"], replies: ["Uno"], tools: ["shell"], end: "killed" },
);

made(
  "a compaction whose summary was an answer first",
  (s) => {
    s.meta().user("Begin").assistant("Begun").assistant("What was done: much");
    s.line("compacted", {
      message: "Take this over:\nWhat was done: much",
      replacement_history: [
        { type: "message", role: "user", content: [{ type: "input_text", text: "Begin" }] },
      ],
    });
    s.user("Go on").assistant("Going");
    s.line("compacted", {
      message: "",
      replacement_history: [{ type: "compaction", encrypted_content: "x" }],
    });
  },
  {
    asks: ["Begin", "Go on"],
    replies: ["Begun", "Going"],
    summaries: [
      "Take this over:\nWhat was done: much",
      "The summary is encrypted: only the provider can read it.",
    ],
  },
);

made(
  "a file that begins with a compaction",
  (s) => {
    s.meta();
    const message = (role: string, text: string) => ({
      type: "message",
      role,
      content: [{ type: "input_text", text }],
    });
    s.line("compacted", {
      message: "",
      replacement_history: [message("user", "Begin"), message("user", "It was begun")],
    });
    s.user("Go on");
  },
  { asks: ["Begin", "Go on"], summaries: ["It was begun"] },
);

made(
  "another session's head and records in front, as a copy has them",
  (s) => {
    s.meta({ forked_from_id: uuidOf(900, 0) });
    s.meta({ id: uuidOf(900, 0), cwd: "/elsewhere", git: { branch: "other" } });
    s.user("Copied").assistant("Yes").user("Own");
  },
  { asks: ["Copied", "Own"], replies: ["Yes"] },
);

made(
  "stopped by the person",
  (s) =>
    s
      .meta()
      .user("Run")
      .call("c1", "shell", { command: "sleep 9" })
      .event("turn_aborted", { reason: "interrupted" }),
  { asks: ["Run"], tools: ["shell"], end: "stopped" },
);

made(
  "cut off by a limit that is told twice",
  (s) => {
    const error = { message: "You've hit your usage limit.", codex_error_info: "usage_limit_exceeded" };
    s.meta()
      .user("Run")
      .event("stream_error", { message: "again" })
      .event("error", error)
      .event("task_complete", { error });
  },
  { asks: ["Run"], end: "rate-limit" },
);

made(
  "damage and things that are not known",
  (s) => {
    s.meta().user("One");
    s.assistant("lost").spoil((line) => `${line.slice(0, 60)}\n`);
    s.user("Two").spoil((line) => line.trimEnd());
    s.assistant("Du@os").spoil((line) => line.replace("@", "\n"));
    s.line("hologram", {}).item({ type: "smell" }).event("sneeze").raw("\0\0\0\0");
  },
  {
    asks: ["One", "Two"],
    replies: ["Du\nos"],
    skipped: {
      torn: 1,
      "NUL bytes": 1,
      'unknown type "hologram"': 1,
      'unknown type "smell"': 1,
      'unknown type "sneeze"': 1,
    },
  },
);

made(
  "bare items, as the first JSONL files had them",
  (s) => {
    s.raw(
      `${JSON.stringify({ id: s.id, timestamp: s.time, instructions: null, git: { branch: "main" } })}\n`,
    );
    for (const [role, text] of [
      ["user", `<environment_context>\n<cwd>${CWD}</cwd>\n</environment_context>`],
      ["user", "Old"],
      ["assistant", "Older"],
    ]) {
      s.raw(`${JSON.stringify({ type: "message", role, content: [{ type: "input_text", text }] })}\n`);
    }
    s.raw('{"record_type":"state"}\n');
  },
  { asks: ["Old"], replies: ["Older"], model: null },
);

const base = made(
  "continued in two more files, the second of which goes back a turn",
  (s) => {
    s.meta({ history_mode: "paginated" }).user("One").assistant("Uno");
  },
  { asks: ["One", "Two", "Zwei"], replies: ["Uno", "Dos"] },
);
const second = new Session(50);
const baseBytes = Buffer.byteLength(base.lines.join(""));
second.meta({
  id: base.id,
  history_base: { thread_id: base.id, end_ordinal_exclusive: 4, end_byte_offset: baseBytes },
});
second.user("Two").assistant("Dos");
const cut = Buffer.byteLength(second.lines.join(""));
second.user("Three").assistant("Tres");
const third = new Session(51);
third
  .meta({
    id: base.id,
    history_base: { thread_id: second.id, end_ordinal_exclusive: 8, end_byte_offset: cut },
  })
  .user("Zwei");
for (const session of [second, third]) {
  files.push({ path: fileOf(session, `${base.id}_${session.id}`), content: session.lines.join("") });
}

const orphan = made(
  "a file whose beginning is gone",
  (s) => s.meta({ history_base: { thread_id: uuidOf(901, 0), end_byte_offset: 10 } }).user("Rest"),
  { asks: ["Rest"], skipped: { "missing file that this session continues": 1 } },
);

const packed = new Session(60)
  .meta()
  .user("Packed")
  .assistant("Unpacked")
  .event("thread_rolled_back", { num_turns: 0 });
const archive = execFileSync("zstd", ["-q", "-c"], { input: packed.lines.join("") });
files.push({ path: `${fileOf(packed)}.zst`, content: archive });
expected.push({ ...blank("packed", packed.id), asks: ["Packed"], replies: ["Unpacked"] });

// Large enough to be packed in several blocks, so that a part of it can be unpacked.
const large = new Session(61).meta();
for (let n = 0; n < 1500; n++) large.user(`${n} ${Math.imul(n + 1, 2654435761)}`);
await mkdir(ARCHIVES, { recursive: true });
await writeFile(
  `${ARCHIVES}/rollout.jsonl.zst`,
  execFileSync("zstd", ["-q", "-19", "-c"], { input: large.lines.join("") }),
);

const legacy = new Session(62);
const items = [
  { type: "message", role: "user", content: [{ type: "input_text", text: "In the beginning" }] },
  { type: "message", role: "assistant", content: [{ type: "output_text", text: "was JSON" }] },
  { type: "function_call", name: "shell", arguments: '{"command":["ls"]}', call_id: "c1" },
  { type: "function_call_output", call_id: "c1", output: "a" },
];
const session = {
  id: legacy.id,
  timestamp: legacy.time,
  instructions: "",
  cwd: CWD,
  git: { branch: "main" },
};
files.push({
  path: fileOf(legacy, legacy.id, ".codex/sessions").replace(/l$/, ""),
  content: JSON.stringify({ session, items }, null, 2),
});
expected.push({
  ...blank("the first form, one JSON value", legacy.id),
  asks: ["In the beginning"],
  replies: ["was JSON"],
  tools: ["shell"],
  results: ["a"],
  model: null,
});

const archived = new Session(63).meta().user("Put away");
files.push({
  path: fileOf(archived, archived.id, ".codex/archived_sessions"),
  content: archived.lines.join(""),
});
expected.push({
  ...blank("archived, with a name", archived.id),
  customTitle: "New name",
  asks: ["Put away"],
});
const names = ["Old name", "New name", ""].map((name) =>
  JSON.stringify({ id: archived.id, thread_name: name }),
);
files.push({ path: ".codex/session_index.jsonl", content: `${names.join("\n")}\n` });

for (const [number, more] of [
  [70, { source: { subagent: { thread_spawn: { parent_thread_id: orphan.id, depth: 1 } } } }],
  [71, { thread_source: "guardian_review" }],
  [72, { parent_thread_id: orphan.id }],
] as const) {
  const helper = new Session(number).meta(more).user("Search");
  files.push({ path: fileOf(helper), content: helper.lines.join("") });
}
const silent = new Session(73).meta();
files.push({ path: fileOf(silent), content: silent.lines.join("") });

await writeMade("codex", { cwd: CWD, branch: "main", model: "gpt-5-codex", sessions: expected }, files);
