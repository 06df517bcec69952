import type { Asked, SessionState } from "../../../schema/session-state.ts";
import { isGoAhead } from "../../base/go-ahead.ts";
import type { Cutter } from "./limits.ts";
import { fence, inline } from "./quote.ts";

/** UTF-16 code units of the newest ask where it stands in a sentence. */
const LONGEST_LINE = 300;

/** The placeholders about what the person asked. Of a conversation that was carried over only the newest ask is told. */
export function askedLines(state: SessionState, isCarried: boolean, cutter: Cutter): Record<string, unknown> {
  const { task, context } = state;
  const all = context.asked ?? [];
  const newest = all.findLast(({ text }) => !isGoAhead(text)) ?? null;
  const isNewer = context.steps_from === "newest_ask" || (context.asked_since_steps ?? 0) > 0;
  const isNext = isNewer || context.next_steps.length === 0;
  const total = Math.max(state.truncated?.["context.asked"] ?? 0, all.length);
  return {
    asked: isCarried ? newestBlock(newest, cutter) : block(all, total, cutter),
    newest_ask: newest === null ? null : inline(newest.text, LONGEST_LINE),
    is_ask_answered: newest !== null && newest.unanswered !== true,
    is_ask_next: newest !== null && isNext && task.status !== "completed",
  };
}

function newestBlock(newest: Asked | null, cutter: Cutter): string | null {
  return newest === null ? null : fence([`${mark(newest)}${cutter.text("the newest ask", newest.text)}`]);
}

function block(all: readonly Asked[], total: number, cutter: Cutter): string | null {
  if (all.length === 0) return null;
  const lines: string[] = [];
  let before = 0;
  for (const { number, item } of cutter.ends("what was asked", all, total)) {
    if (number > before + 1) lines.push(`… ${number - before - 1} left out …`);
    // The newest one counts most.
    const most = item === all.at(-1) ? cutter.limits.chars : cutter.limits.chars / 4;
    const text = cutter.text("an ask", item.text, most).replace(/\r?\n/g, "\n   ");
    lines.push(`${number}. ${mark(item)}${text}`);
    before = number;
  }
  return fence(lines);
}

function mark({ unanswered }: Asked): string {
  return unanswered === true ? "[not answered] " : "";
}
