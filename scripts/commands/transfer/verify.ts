import type { Entry } from "../../../schema/transcript.ts";
import type { StoreEnvironment } from "../../agents/adapter.ts";
import type { FoundSession } from "../shared/sessions.ts";

/**
 * Reads a session that was just written with our own reader, and answers with what of `entries` is not in it:
 * a line for each missing piece. Everything that was said, called and answered must be there, as itself or as text.
 */
export async function missingFrom(
  session: FoundSession,
  store: StoreEnvironment,
  entries: readonly Entry[],
): Promise<string[]> {
  const transcript = await session.agent.reader.open(store, session.summary);
  const there = new Set<string>();
  for await (const entry of transcript.entries())
    for (const piece of piecesOf(entry)) there.add(piece.trim());
  const all = [...there].join("\n");
  const isThere = (piece: string) => there.has(piece) || all.includes(piece);
  const missing = entries.filter((entry) => !piecesOf(entry).every((piece) => isThere(piece.trim())));
  return missing.map((entry) => `${entry.type} ${entry.id}`);
}

function piecesOf(entry: Entry): string[] {
  switch (entry.type) {
    case "text":
    case "reasoning":
    case "interruption":
      return entry.text.split("\n");
    case "tool_call":
      return leaves(entry.input);
    case "tool_result":
      return entry.output.split("\n");
    case "compaction":
      return entry.summary.split("\n");
    case "todos":
      return entry.todos.map((todo) => todo.text);
    case "image":
      return [];
  }
}

// Says what a call is for, and not what it does: some agents' tools have no place for it.
const REMARKS = new Set(["description", "explanation"]);

/** The texts in a tool's arguments, line by line: how they are named may differ from agent to agent. */
function leaves(value: unknown): string[] {
  if (typeof value === "string") return value.split("\n");
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (REMARKS.has(key) ? [] : leaves(inner)));
}
