import type { TaskStatus } from "../../schema/session-state.ts";
import type {
  Entry,
  SessionFacts,
  TextEntry,
  Todo,
  TodosEntry,
  Transcript,
} from "../../schema/transcript.ts";
import { type CutOff, CutOffWatch } from "./cut-off.ts";
import { Files } from "./files.ts";
import { isImportNote } from "./import-note.ts";
import { statedPlan } from "./plan.ts";
import { Clock, type Times } from "./times.ts";
import { ownTitle, titleOf } from "./title.ts";
import { type SplitTodos, splitTodos } from "./todos.ts";
import { actionOf } from "./tools.ts";
import { Failures, type Tried } from "./tried.ts";

/** What a save learns from a session. Null or empty where the session tells nothing. */
export interface Digest extends Times {
  /** The session's own title, else the first thing that the person asked; one line, at most 200 characters. */
  title: string | null;
  /** From the todos and from how the last turn ended; null when neither tells. */
  status: TaskStatus | null;
  /** Null when the session never had a todo list, or took it back and stated a plan instead. */
  todos: SplitTodos | null;
  /** The steps ahead as the assistant last stated them; null when there are todos, or when it stated none. */
  plan: string[] | null;
  /** When the todos last changed, or the plan was stated; ISO 8601, UTC. */
  stepsAt: string | null;
  model: string | null;
  provider: string | null;
  tokens: SessionFacts["tokens"];
  /** As recorded, mostly absolute. */
  filesTouched: string[];
  /** The ten that were read most. */
  filesRead: string[];
  tried: Tried[];
  /** Null when the last turn came to its end. */
  cutOff: CutOff | null;
  /** How often the person said something. */
  turns: number;
}

/** Reads the session once, to its end. Keeps nothing of the conversation but what the digest needs. */
export async function digest(transcript: Transcript): Promise<Digest> {
  const fold = new Fold();
  for await (const entry of transcript.entries()) fold.add(entry);
  return fold.result(transcript.facts);
}

class Fold {
  readonly #clock = new Clock();
  readonly #files = new Files();
  readonly #failures = new Failures();
  readonly #cutOff = new CutOffWatch();
  #ask: string | null = null;
  #todos: Todo[] | null = null;
  #plan: string[] | null = null;
  #stepsAt: string | null = null;
  #model: string | null = null;
  #turns = 0;
  #lastSaid: TextEntry | null = null;
  /** The assistant's last words, while nothing has come after them that could put them aside. */
  #closing: TextEntry | null = null;

  add(entry: Entry): void {
    this.#clock.tick(entry.at);
    this.#cutOff.see(entry);
    if (entry.role === "assistant" && entry.model !== null) this.#model = entry.model;
    if (entry.type === "text" && !entry.injected && !isImportNote(entry.text)) this.#addText(entry);
    else if (entry.type === "todos") this.#addTodos(entry);
    else if (entry.type === "tool_result") this.#failures.ended(entry);
    else if (entry.type === "tool_call") {
      const action = actionOf(entry.tool, entry.input);
      this.#files.add(action);
      if (action.command !== null) this.#failures.started(entry.callId, action.command);
    }
  }

  #addTodos({ todos, at }: TodosEntry): void {
    // Some agents are reminded of their list now and then: only a change is news.
    if (JSON.stringify(todos) === JSON.stringify(this.#todos)) return;
    this.#todos = todos;
    this.#plan = null;
    this.#closing = null;
    this.#stepsAt = at;
  }

  #addText(entry: TextEntry): void {
    if (entry.role === "user") {
      this.#ask ??= titleOf(entry.text);
      // What was said in one breath may be several entries.
      const isSameTurn =
        this.#lastSaid?.role === "user" && this.#lastSaid.at === entry.at && entry.at !== null;
      if (!isSameTurn) this.#turns += 1;
    } else if (entry.role === "assistant") {
      const plan = statedPlan(entry.text);
      if (plan !== null) this.#plan = plan;
      if (plan !== null && !this.#hasList()) this.#stepsAt = entry.at;
    }
    this.#lastSaid = entry;
    this.#closing = entry.role === "assistant" ? entry : null;
  }

  result(facts: SessionFacts): Digest {
    const cutOff = this.#cutOff.cutOff;
    const plan = this.#hasList() ? null : this.#lastPlan();
    const todos = this.#todos === null || plan !== null ? null : splitTodos(this.#todos);
    return {
      ...this.#clock.times,
      title: ownTitle(facts) ?? this.#ask,
      status: this.#status(cutOff, todos),
      todos,
      plan,
      stepsAt: this.#stepsAt,
      model: this.#model ?? facts.model,
      provider: facts.provider,
      tokens: facts.tokens,
      filesTouched: this.#files.touched,
      filesRead: this.#files.read,
      tried: this.#failures.list,
      cutOff,
      turns: this.#turns,
    };
  }

  /** A list that was taken back is none. */
  #hasList(): boolean {
    return this.#todos !== null && this.#todos.length > 0;
  }

  #lastPlan(): string[] | null {
    const plan = this.#closing === null ? null : statedPlan(this.#closing.text, true);
    if (plan === null) return this.#plan;
    this.#stepsAt = this.#closing?.at ?? null;
    return plan;
  }

  #status(cutOff: CutOff | null, todos: SplitTodos | null): TaskStatus | null {
    const isUnanswered = this.#lastSaid?.role === "user";
    if (cutOff !== null || isUnanswered || (todos !== null && todos.open.length > 0)) return "in_progress";
    return todos === null || todos.completed.length === 0 ? null : "completed";
  }
}
