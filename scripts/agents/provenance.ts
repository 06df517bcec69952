import type { Entry, EntryBase, Origin } from "../../schema/transcript.ts";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf, timeOf } from "../base/json.ts";
import { detailsOf, fromText, todosIn, verdictIn } from "../transcript/as-text.ts";

/**
 * What a record that Baton wrote says about one of its entries. Records hold a list of them, in the order of the
 * entries that a reader makes of the record, under the key `baton`, which the agents' own clients ignore.
 */
export interface Mark extends Origin {
  /** What the agent's own format may not hold of the entry. */
  was: JsonObject;
}

/**
 * What to write beside an entry. `source` is the session that it was read from. `more` are further details: `follows`
 * of a todo list that has no record of its own, because the call before it sets it, and the original `input` of a
 * call that lost something.
 */
export function markOf(
  entry: Entry,
  source: { agent: string; session: string },
  more: JsonObject = {},
): Mark {
  const { agent, session, entry: id } = entry.origin ?? { ...source, entry: entry.id };
  return { agent, session, entry: id, was: { ...detailsOf(entry), ...more } };
}

/** The marks of a record; none on the agent's own records. */
function marksOf(value: unknown): Mark[] {
  return arrayOf(value).flatMap((item) => {
    const { agent, session, entry, was } = objectOf(item);
    if (typeof agent !== "string" || typeof session !== "string" || typeof entry !== "string") return [];
    return [{ agent, session, entry, was: objectOf(was) }];
  });
}

/**
 * The entries of a record with what its `baton` key says about them: where they came from, and what they were before
 * they became text.
 */
export function imported(entries: Entry[], value: unknown): Entry[] {
  // Most records are the agent's own.
  if (value === undefined) return entries;
  const marks = marksOf(value);
  const [first] = entries;
  if (marks.length === 0 || first === undefined) return entries;
  // The marks say which todo lists followed from a call, so that a reader need not find them again.
  const own = first.type === "todos" ? [...entries] : entries.filter(({ type }) => type !== "todos");
  const made: Entry[] = [];
  for (const [index, mark] of marks.entries()) {
    const { agent, session, entry: id, was } = mark;
    const entry = was.follows === true ? listOf(was, made.at(-1) ?? first, index) : own.shift();
    if (entry === undefined) break;
    made.push({ ...restored(entry, was), origin: { agent, session, entry: id } });
  }
  return [...made, ...own];
}

function listOf({ todos }: JsonObject, before: Entry, index: number): Entry {
  const { id, at } = before;
  const base = { id: `${id}#todos-${index}`, parent: null, role: "assistant", at, model: null } as const;
  return { ...base, type: "todos", todos: todosIn(todos) };
}

function restored(entry: Entry, was: JsonObject): Entry {
  const base = baseOf(entry, was);
  const text = entry.type === "text" ? entry.text : entry.type === "compaction" ? entry.summary : null;
  if (text !== null) return fromText(text, was, base) ?? { ...entry, ...base };
  if (entry.type === "tool_result" && was.type === "tool_result")
    return { ...entry, ...base, ...verdictIn(was) };
  if (entry.type === "tool_call" && isObject(was.input) && typeof was.tool === "string")
    return { ...entry, ...base, tool: was.tool, input: was.input };
  if (entry.type === "image") return { ...entry, ...base, source: stringOf(was.source) ?? entry.source };
  return { ...entry, ...base };
}

// A record may hold several entries, and has but one time.
function baseOf({ id, parent, at, role, model }: Entry, was: JsonObject): EntryBase {
  const said = was.role;
  const isKnown = said === "user" || said === "assistant" || said === "system";
  return {
    id,
    parent,
    at: was.at === undefined ? at : timeOf(was.at),
    role: isKnown ? said : role,
    model: stringOf(was.model) ?? model,
  };
}
