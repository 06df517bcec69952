import type { Entry, TextEntry } from "../../../schema/transcript.ts";

/** The model writes the summary of a compaction as an answer first. It is told once: as the summary. */
export async function* withoutEchoes(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
  let answer: TextEntry | null = null;
  for await (const entry of entries) {
    const isEcho = answer !== null && entry.type === "compaction" && entry.summary.endsWith(answer.text);
    if (answer !== null && !isEcho) yield answer;
    answer = entry.type === "text" && entry.role === "assistant" ? entry : null;
    if (answer === null) yield entry;
  }
  if (answer !== null) yield answer;
}
