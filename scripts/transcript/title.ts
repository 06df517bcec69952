import type { SessionFacts } from "../../schema/transcript.ts";
import { oneLine, truncate } from "../base/text.ts";
import { isImportNote } from "./import-note.ts";

const LONGEST = 200;
// A person may paste a file into a question: its beginning is enough.
const LONGEST_LOOK = 4000;

/**
 * One line of at most 200 UTF-16 code units, cut at a word; null when nothing readable is in it, and for the note
 * that an imported conversation begins with.
 */
export function titleOf(text: string | null): string | null {
  if (text === null || isImportNote(text)) return null;
  const line = oneLine(text.slice(0, LONGEST_LOOK).trim());
  return /[\p{L}\p{N}]/u.test(line) ? truncate(line, LONGEST) : null;
}

/** The session's own title: what the person gave over what the agent made over a summary. */
export function ownTitle({ titles }: Pick<SessionFacts, "titles">): string | null {
  return titleOf(titles.custom) ?? titleOf(titles.generated) ?? titleOf(titles.summary);
}
