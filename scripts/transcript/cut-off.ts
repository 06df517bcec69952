import type { Entry } from "../../schema/transcript.ts";
import { oneLine, truncate } from "../base/text.ts";

const LONGEST = 300;

/** How a session ended that was not brought to its end. */
export interface CutOff {
  by: "rate_limit" | "error" | "user" | "open_call";
  /** What the record says about it: the error's words, or the tool that was running. */
  what: string;
  at: string | null;
}

/** Watches whether the session's last turn was cut off. Anything said or done after a cut means that it went on. */
export class CutOffWatch {
  #cut: CutOff | null = null;
  #lastTool = new Map<string, string>();

  see(entry: Entry): void {
    if (entry.type === "interruption") {
      this.#cut = { by: entry.cause, what: truncate(oneLine(entry.text), LONGEST), at: entry.at };
    } else if (entry.type === "tool_call") {
      this.#cut = null;
      this.#lastTool.set(entry.callId, entry.tool);
    } else if (entry.type === "tool_result") {
      const tool = this.#lastTool.get(entry.callId) ?? "a tool";
      this.#lastTool.delete(entry.callId);
      if (entry.interrupted) this.#cut ??= { by: "open_call", what: tool, at: entry.at };
    } else if (entry.type === "text" && !entry.injected && entry.unsent !== true) {
      this.#cut = null;
    }
  }

  get cutOff(): CutOff | null {
    return this.#cut;
  }
}
