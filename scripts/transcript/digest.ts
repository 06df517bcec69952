import type { StepsSource, TaskStatus } from "../../schema/session-state.ts";
import type {
  Entry,
  SessionFacts,
  TextEntry,
  Todo,
  TodosEntry,
  Transcript,
} from "../../schema/transcript.ts";
import { isGoAhead } from "../base/go-ahead.ts";
import { Asks } from "./asked.ts";
import { type CutOff, CutOffWatch } from "./cut-off.ts";
import { Files } from "./files.ts";
import { isImportNote } from "./import-note.ts";
import { isLaunchPrompt } from "./launch-prompt.ts";
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
  /** What the person asked, in order: the first and the last ten, with true counts. */
  asked: Pick<Asks, "listed" | "total" | "imported" | "hasAnswer">;
  /** The todo list as it was last; null when the session never had one, or took it back and stated a plan instead. */
  todos: SplitTodos | null;
  /** The steps ahead: from the todo list, the stated plan or the newest ask, whichever was recorded last. */
  steps: Steps | null;
  /** How often the person asked for something since the steps were recorded. */
  askedSinceSteps: number;
  /** What is open on a todo list that a later plan has put aside. */
  stillOpen: string[];
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

/** The steps ahead, and when they were recorded; ISO 8601, UTC. */
export interface Steps {
  from: StepsSource;
  texts: string[];
  at: string | null;
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
  readonly #asks = new Asks();
  #title: string | null = null;
  /** The todo list as it was last; null before the first, and once a plan was stated in the place of an empty one. */
  #todos: Todo[] | null = null;
  /** What was recorded last of a list and of a plan. */
  #steps: Steps | null = null;
  #askedSinceSteps = 0;
  #model: string | null = null;
  /** Whether anything in the session was not carried over from another one. */
  #hasOwn = false;
  #turns = 0;
  #lastSaid: TextEntry | null = null;
  /** The assistant's last words, while nothing has come after them that could put them aside. */
  #closing: TextEntry | null = null;

  add(entry: Entry): void {
    this.#clock.tick(entry.at);
    // What was carried over from another agent happened to that one: its limit and its model are not this agent's.
    if (entry.origin === undefined) {
      this.#cutOff.see(entry);
      this.#hasOwn ||= !(entry.type === "text" && isImportNote(entry.text));
    }
    if (entry.role === "assistant") this.#answered(entry);
    if (entry.type === "text" && !entry.injected && !isImportNote(entry.text)) this.#addText(entry);
    else if (entry.type === "todos") this.#addTodos(entry);
    else if (entry.type === "tool_result") this.#failures.ended(entry);
    else if (entry.type === "tool_call") {
      const action = actionOf(entry.tool, entry.input);
      this.#files.add(action);
      if (action.command !== null) this.#failures.started(entry.callId, action.command);
    }
  }

  #answered(entry: Entry): void {
    if (entry.model !== null && entry.origin === undefined) this.#model = entry.model;
    const isAnswer = entry.type === "tool_call" || entry.type === "reasoning";
    if (isAnswer || (entry.type === "text" && !entry.injected)) this.#asks.answered(entry);
  }

  #addTodos({ todos, at }: TodosEntry): void {
    // Some agents are reminded of their list now and then: only a change is news.
    if (JSON.stringify(todos) === JSON.stringify(this.#todos)) return;
    this.#todos = todos;
    this.#closing = null;
    this.#record({ from: "todo_list", texts: splitTodos(todos).open, at });
  }

  #addText(entry: TextEntry): void {
    if (entry.role === "user") this.#addAsk(entry);
    else if (entry.role === "assistant") {
      this.#failures.said(entry.text);
      const plan = statedPlan(entry.text);
      if (plan !== null) this.#record({ from: "stated_plan", texts: plan, at: entry.at });
    }
    this.#lastSaid = entry;
    this.#closing = entry.role === "assistant" ? entry : null;
  }

  #addAsk(entry: TextEntry): void {
    // What was said in one breath may be several entries.
    const isSameTurn = this.#lastSaid?.role === "user" && this.#lastSaid.at === entry.at && entry.at !== null;
    if (!isSameTurn && entry.unsent !== true) this.#turns += 1;
    // Baton's own words are none of the person's.
    if (isLaunchPrompt(entry.text)) return;
    this.#title ??= titleOf(entry.text);
    const isMore = isSameTurn && !isLaunchPrompt(this.#lastSaid?.text ?? "");
    if (!isMore && !isGoAhead(entry.text)) this.#askedSinceSteps += 1;
    if (isMore) this.#asks.addMore(entry.text);
    else this.#asks.add(entry);
  }

  #record(steps: Steps): void {
    this.#steps = steps;
    this.#askedSinceSteps = 0;
  }

  result(facts: SessionFacts): Digest {
    const cutOff = this.#cutOff.cutOff;
    const plan = this.#closingPlan();
    if (plan !== null) this.#record(plan);
    if (this.#steps?.from === "stated_plan" && !this.#hasList()) this.#todos = null;
    const todos = this.#todos === null ? null : splitTodos(this.#todos);
    const steps = this.#stepsAhead();
    const { listed, total, imported, hasAnswer } = this.#asks;
    return {
      ...this.#clock.times,
      title: ownTitle(facts) ?? this.#title,
      status: this.#status(cutOff, todos),
      asked: { listed, total, imported, hasAnswer },
      todos,
      steps,
      askedSinceSteps: steps === null || steps.from === "newest_ask" ? 0 : this.#askedSinceSteps,
      stillOpen: steps?.from === "stated_plan" ? (todos?.open ?? []) : [],
      model: this.#model ?? (this.#hasOwn ? facts.model : null),
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

  /** Where there is no list, a numbered one in the last words of all is taken for a plan. */
  #closingPlan(): Steps | null {
    if (this.#closing === null || this.#hasList()) return null;
    const texts = statedPlan(this.#closing.text, true);
    return texts === null ? null : { from: "stated_plan", texts, at: this.#closing.at };
  }

  /** Where nothing is open, the ask that came after it is what is to be done. */
  #stepsAhead(): Steps | null {
    const ask = this.#asks.asStep;
    const isAskedAnew = this.#steps === null ? this.#isUnanswered() : this.#askedSinceSteps > 0;
    if (ask === null || !isAskedAnew || (this.#steps?.texts ?? []).length > 0) return this.#steps;
    return { from: "newest_ask", texts: [ask.text], at: ask.at };
  }

  #isUnanswered(): boolean {
    return this.#lastSaid?.role === "user";
  }

  #status(cutOff: CutOff | null, todos: SplitTodos | null): TaskStatus | null {
    const isAskedAnew = this.#steps !== null && this.#askedSinceSteps > 0;
    const isPlanned = this.#steps?.from === "stated_plan";
    const hasOpen = todos !== null && todos.open.length > 0;
    if (cutOff !== null || this.#isUnanswered() || isAskedAnew || isPlanned || hasOpen) return "in_progress";
    return todos === null || todos.completed.length === 0 ? null : "completed";
  }
}
