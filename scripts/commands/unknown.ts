import { knownAgents } from "../agents/index.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { list, nearest } from "../base/text.ts";
import type { CommandEntry } from "./command.ts";

/** Words that other tools use for what one of our commands does. */
const SYNONYMS: Readonly<Record<string, string>> = {
  resume: "restore",
  continue: "restore",
  load: "restore",
  switch: "handoff",
  pass: "handoff",
  check: "validate",
  test: "validate",
  sessions: "list",
  ls: "list",
  view: "show",
  install: "init",
  setup: "init",
  copy: "transfer",
  settings: "config",
};

/** The error for a word that is no command: it names the command that was probably meant. */
export function unknownCommand(name: string, commands: Readonly<Record<string, CommandEntry>>): UserError {
  const wrong = (message: string, hint: string) =>
    new UserError(message, `${hint === "" ? "" : `${hint} `}All commands: baton --help`, EXIT.usage);
  if (name.startsWith("-")) return wrong(`There is no option ${name} before the command.`, "");
  const word = name.toLowerCase();
  const agent = agentIn(word);
  const meant = commandsLike(word, Object.keys(commands));
  if (agent !== null && (meant.length === 0 || word.length > 2)) {
    return wrong(
      `"${name}" is an agent, and the command comes first.`,
      `Such as: baton save ${agent}, or: baton restore ${agent}\n  `,
    );
  }
  return wrong(
    `There is no command "${name}".`,
    meant.length === 0 ? "" : `Did you mean ${list(meant, "or")}?`,
  );
}

function commandsLike(word: string, names: readonly string[]): string[] {
  const synonym = SYNONYMS[word];
  if (synonym !== undefined && names.includes(synonym)) return [synonym];
  const begun = names.filter((name) => word !== "" && name.startsWith(word));
  if (begun.length > 0) return begun;
  const near = nearest(word, names);
  return near === null ? [] : [near];
}

/** The agent whose name the word begins, or that begins with it: `cl`, `claude-code`. */
function agentIn(word: string): string | null {
  const found = knownAgents().filter(
    ({ name }) => word.startsWith(name) || (word.length > 1 && name.startsWith(word)),
  );
  return found.length === 1 ? (found[0]?.name ?? null) : null;
}
