import { dirname, join, sep } from "node:path";
import type { Line, Report } from "../../schema/report.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { arrayOf, type JsonObject, objectOf, stringOf } from "../base/json.ts";
import { count, shellLine } from "../base/text.ts";
import { isImportNote } from "../transcript/import-note.ts";
import type { Command, World } from "./command.ts";
import { nextHere } from "./demo/here.ts";
import { play, type Scene } from "./demo/play.ts";
import { makeStage, type Stage } from "./demo/stage.ts";
import { ASK, COMMITTED, CORRECTION, CREATED, EDITED, LIMIT, TODOS } from "./demo/story.ts";

export const command: Command = {
  arguments: [],
  options: [{ flags: "--keep", about: "keep the temporary repository and home, and say where they are" }],
  examples: ["baton demo", "baton demo --keep"],
  async run({ options }, world) {
    const isKept = options.keep === true;
    const done = world.working("Playing a handoff in a temporary folder");
    let stage: Stage | null = null;
    try {
      stage = await makeStage(world);
      const report = await perform(stage, world, isKept);
      world.signal.throwIfAborted();
      if (isKept) stage.keep();
      else await stage.remove();
      return report;
    } catch (error) {
      await stage?.remove();
      if (!world.signal.aborted) throw error;
      throw new UserError(
        "Interrupted. Everything that the demonstration made is removed.",
        "Run the same command again.",
        EXIT.interrupted,
      );
    } finally {
      done();
    }
  },
};

async function perform(stage: Stage, world: World, isKept: boolean): Promise<Report> {
  const { saved, handedOver, shown, codex } = await playAll(stage, world);
  const here = await nextHere(world);
  const next = shellLine(here.command);
  const brief = stringOf(handedOver.data.brief) ?? "";
  return {
    ok: true,
    exitCode: EXIT.done,
    lines: [
      {
        kind: "title",
        icon: "🎬",
        text: "A handoff from Claude Code to Codex, in a temporary repository and home.",
      },
      {
        kind: "text",
        text: "   The commands are the real ones; what the agent recorded is made up. Neither",
      },
      { kind: "text", text: "   agent is needed, nothing of yours is touched, and no network is used." },
      ...heading("1. An agent works until its limit strikes"),
      ...whatHappened(),
      ...heading("2. Baton saves what it knows, from the agent's own record and from git"),
      ...scene(saved),
      ...heading("3. One command hands the task over"),
      ...scene(handedOver),
      {
        kind: "note",
        text: "   (Here a stand-in of that name is on the PATH, and is not started. With Codex",
      },
      { kind: "note", text: "   installed, that line goes on in the session that you see in 5.)" },
      ...heading("4. What the next agent reads first: the brief"),
      { kind: "raw", text: brief.trimEnd() },
      ...heading("5. The conversation is there too, as a session of Codex's own"),
      ...readBack(stage, shown, codex.path),
      ...heading("6. The same with your own work"),
      ...whatWasMade(stage, isKept),
      { kind: "text", text: "" },
      { kind: "text", text: here.words },
      { kind: "command", text: next },
    ],
    answer: next,
    notices: [],
    data: {
      folder: stage.folder,
      kept: isKept,
      repository: stage.root,
      home: stage.home,
      source: { agent: "claude", session_id: stage.session.id, path: stage.session.path },
      target: { agent: "codex", session_id: codex.id, path: codex.path, resume_command: codex.resume },
      state: objectOf(handedOver.data.target).state,
      brief,
      next_command: next,
    },
  };
}

/** The commands of the demonstration, one after another. */
async function playAll(stage: Stage, world: World) {
  const saved = await play(["save", "claude"], stage, world);
  const handedOver = await play(["handoff", "claude", "codex"], stage, world);
  const { session_id, path, resume_command } = objectOf(objectOf(handedOver.data.transfer).target);
  const codex = { id: stringOf(session_id) ?? "", path: stringOf(path) ?? "", resume: resume_command };
  const shown = await play(["show", codex.id, "--json"], stage, world);
  return { saved, handedOver, shown, codex };
}

function heading(text: string): Line[] {
  return [
    { kind: "text", text: "" },
    { kind: "title", icon: "▶", text },
  ];
}

function scene({ typed, lines }: Scene): Line[] {
  return [{ kind: "command", text: `$ ${typed}` }, ...lines];
}

function whatHappened(): Line[] {
  return [
    row("You asked", `"${ASK}"`),
    row(
      "Claude",
      `makes a list of ${count(TODOS.length, "step")}, edits and commits ${COMMITTED.path}, writes ${CREATED.path}`,
    ),
    row("You said", `"${CORRECTION}"`),
    row("Claude", `extends ${EDITED.path} and runs it: it fails`),
    row("Then", `"${LIMIT}"`),
  ];
}

function readBack({ home }: Stage, { data }: Scene, path: string): Line[] {
  const entries = arrayOf(data.entries).map(objectOf);
  const answered = new Set(entries.filter(({ type }) => type === "tool_result").map(({ callId }) => callId));
  const calls = entries.filter(({ type, callId }) => type === "tool_call" && answered.has(callId));
  const said = entries.filter(isSaidByPerson).map(({ text }) => `"${stringOf(text) ?? ""}"`);
  const folder = dirname(path);
  return [
    row("Lies in", folder.startsWith(home + sep) ? `~${folder.slice(home.length)}` : folder),
    row("Read back", `${count(calls.length, "tool call")} with their results, and your words:`),
    ...said.map((text) => row("", text)),
  ];
}

function row(label: string, text: string): Line {
  return { kind: "row", label, cells: [{ kind: "text", text }] };
}

/** What the person typed; not the note at the head of a conversation that was carried over. */
function isSaidByPerson({ type, role, injected, text }: JsonObject): boolean {
  return type === "text" && role === "user" && injected === false && !isImportNote(stringOf(text) ?? "");
}

function whatWasMade({ folder }: Stage, isKept: boolean): Line[] {
  if (!isKept)
    return [
      { kind: "text", text: "The repository and the home of this demonstration are removed; they were in" },
      { kind: "text", text: `${folder}.` },
    ];
  return [
    { kind: "text", text: `Kept: the repository ${join(folder, "shop")}` },
    { kind: "text", text: `      and the home       ${join(folder, "home")}` },
    { kind: "text", text: "To remove them:" },
    { kind: "command", text: shellLine(["rm", "-rf", folder]) },
  ];
}
