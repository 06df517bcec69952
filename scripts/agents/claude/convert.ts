import type { Entry, ReadStats } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, stringOf, timeOf, wordOf } from "../../base/json.ts";
import { countSkip, unknownType } from "../../base/read-stats.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { causeOf } from "../limits.ts";
import { blockText, imageOf } from "./blocks.ts";
import { isSynthetic, modelOf } from "./facts.ts";
import { isInterruption, isTyped, tellApart } from "./noise.ts";
import { outsideOutput } from "./outside.ts";
import { Tasks } from "./tasks.ts";

/** What the client says in the place of a result when the person did not let a call run. */
const REJECTED =
  /^(?:The user doesn't want to (?:proceed|take this action)|User rejected tool use|\[Request interrupted)/;
const EXIT_CODE = /^(?:Error: )?(?:Command failed with )?exit code:? (\d{1,3})\b/i;

/** Turns the records of a session's live branch, in order, into entries. */
export class Converter {
  readonly #stats: ReadStats;
  readonly #sessionFolder: string;
  readonly #tasks = new Tasks();

  constructor(stats: ReadStats, sessionFolder: string) {
    this.#stats = stats;
    this.#sessionFolder = sessionFolder;
  }

  user(record: JsonObject): Entry[] {
    const make = makerOf(record);
    const { content } = objectOf(record.message);
    if (record.isCompactSummary === true) {
      make.add("user", { type: "compaction", summary: blockText(content) });
      return make.made;
    }
    for (const block of blocksOf(content)) {
      if (block.type === "text") this.#said(make, stringOf(block.text) ?? "", record);
      else if (isResult(block)) this.#result(make, block, record.toolUseResult);
      else if (block.type === "image" || block.type === "document") make.add("user", imageOf(block));
      else countSkip(this.#stats, unknownContent(block));
    }
    return make.made;
  }

  /** Only the results of these calls: they stand beside the live branch when several calls ran side by side. */
  resultsOf(record: JsonObject, calls: ReadonlySet<string>): Entry[] {
    const content = blocksOf(objectOf(record.message).content);
    const wanted = content.filter((block) => isResult(block) && calls.has(wordOf(block.tool_use_id)));
    return wanted.length === 0 ? [] : this.user({ ...record, message: { content: wanted } });
  }

  assistant(record: JsonObject): Entry[] {
    const make = makerOf(record);
    const message = objectOf(record.message);
    if (record.isApiErrorMessage === true) {
      const text = blockText(message.content);
      const cause = record.error === "rate_limit" ? "rate_limit" : causeOf(text);
      make.add("system", { type: "interruption", cause, text });
      return make.made;
    }
    const model = modelOf(message);
    const injected = isSynthetic(message);
    for (const block of blocksOf(message.content)) {
      if (block.type === "text") {
        const text = stringOf(block.text) ?? "";
        if (text.trim() !== "") make.add("assistant", { type: "text", text, injected }, model);
      } else if (block.type === "thinking") {
        const text = stringOf(block.thinking);
        if (text !== null) make.add("assistant", { type: "reasoning", text }, model);
      } else if (CALLS.has(wordOf(block.type))) {
        this.#call(make, block, model);
      } else if (isResult(block)) {
        this.#result(make, block, undefined);
      } else if (block.type !== "redacted_thinking") {
        countSkip(this.#stats, unknownContent(block));
      }
    }
    return make.made;
  }

  attachment(record: JsonObject): Entry[] {
    const make = makerOf(record);
    const attachment = objectOf(record.attachment);
    const todos = this.#tasks.reminded(attachment);
    if (todos !== null) make.add("system", { type: "todos", todos });
    // What the person typed while the agent was at work.
    if (attachment.type === "queued_command") {
      const injected = !isTyped(attachment);
      for (const block of blocksOf(attachment.prompt)) {
        if (block.type === "text") this.#said(make, stringOf(block.text) ?? "", { isMeta: injected });
        else if (block.type === "image") make.add("user", imageOf(block));
      }
    }
    return make.made;
  }

  system(record: JsonObject): Entry[] {
    const make = makerOf(record);
    const text = stringOf(record.content);
    if (text !== null && record.subtype !== "compact_boundary") {
      make.add("system", { type: "text", text, injected: true });
    }
    return make.made;
  }

  #said(make: EntryMaker, text: string, { isMeta, baton }: JsonObject): void {
    // What Baton wrote says itself who said it.
    if (baton !== undefined) {
      make.add("user", { type: "text", text, injected: isMeta === true });
      return;
    }
    if (isInterruption(text)) {
      make.add("user", { type: "interruption", cause: "user", text: text.trim() });
      return;
    }
    const pieces = isMeta === true ? [{ text, injected: true }] : tellApart(text);
    for (const piece of pieces) make.add("user", { type: "text", ...piece });
  }

  #call(make: EntryMaker, block: JsonObject, model: string | null): void {
    const [callId, tool, input] = [wordOf(block.id ?? ""), wordOf(block.name ?? ""), objectOf(block.input)];
    make.add("assistant", { type: "tool_call", callId, tool, input }, model);
    const todos = this.#tasks.called(callId, tool, input);
    if (todos !== null) make.add("assistant", { type: "todos", todos }, model);
  }

  #result(make: EntryMaker, block: JsonObject, details: unknown): void {
    const callId = wordOf(block.tool_use_id ?? "");
    const said = blockText(block.content);
    const output = outsideOutput(this.#sessionFolder, said, details) ?? said;
    const failed = block.is_error === true;
    const code = failed ? EXIT_CODE.exec(output)?.[1] : undefined;
    make.add("user", {
      type: "tool_result",
      callId,
      output,
      ok: typeof block.is_error === "boolean" ? !failed : null,
      exitCode: code === undefined ? null : Number(code),
      interrupted: (failed && REJECTED.test(said)) || objectOf(details).interrupted === true,
    });
    for (const part of blocksOf(block.content)) {
      if (part.type === "image") make.add("user", imageOf(part));
    }
    const todos = failed ? null : this.#tasks.answered(callId, output, details);
    if (todos !== null) make.add("user", { type: "todos", todos });
  }
}

const CALLS: ReadonlySet<string> = new Set(["tool_use", "server_tool_use", "mcp_tool_use"]);

// `tool_result` and the results of tools that the API itself runs, such as `web_search_tool_result`.
function isResult(block: JsonObject): boolean {
  return wordOf(block.type).endsWith("tool_result");
}

function makerOf(record: JsonObject): EntryMaker {
  return new EntryMaker(wordOf(record.uuid), timeOf(record.timestamp));
}

function blocksOf(content: unknown): JsonObject[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : arrayOf(content).map(objectOf);
}

function unknownContent(block: JsonObject): string {
  return unknownType(block.type).replace("type", "content");
}
