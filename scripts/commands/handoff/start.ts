import { relative } from "node:path";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { shellLine } from "../../base/text.ts";
import { findProgram } from "../doctor/agents.ts";

/** How the next agent is started. */
export interface Start {
  /** What starts it, in the root of the repository; null when Baton does not know. */
  argv: string[] | null;
  /** The one line that a person types next, where they are. It works: nothing is offered that is not there. */
  line: string;
  /** Why that line does not start the agent, and what to do about it; null where it does. */
  missing: { why: string; fix: string } | null;
}

// A system takes no single argument of more than 128 KiB.
const MAX_ARGUMENT_BYTES = 120_000;

/** Stands for the brief's text in a line to be typed, where the shell takes it from the file. */
const BRIEF = "\u0000brief\u0000";

/** `brief` is the text as it lies in `briefPath`. `cwd` is where the person is, `root` where the agent has to start. */
export async function howToStart(
  to: AgentAdapter,
  where: { cwd: string; root: string; env: Record<string, string | undefined> },
  given: { briefPath: string; brief: string; sessionId: string | null },
): Promise<Start> {
  const { briefPath, brief, sessionId } = given;
  const print = `baton restore ${to.name} --prompt`;
  if (to.launch === undefined)
    return {
      argv: null,
      line: print,
      missing: { why: `Baton does not know how to start ${to.name}`, fix: "give it the brief yourself" },
    };
  const argv = to.launch({ briefPath, brief: firstBytes(brief), sessionId });
  const program = argv[0] ?? "";
  if ((await findProgram(program, where)) === null)
    return {
      argv,
      line: print,
      missing: {
        why: `There is no ${program} on the PATH`,
        fix: `install it first${to.install === undefined ? "" : ` (${to.install})`} and hand over again, or give it the brief yourself`,
      },
    };
  const read =
    Buffer.byteLength(brief) > MAX_ARGUMENT_BYTES ? ["head", "-c", `${MAX_ARGUMENT_BYTES}`] : ["cat"];
  const start = to
    .launch({ briefPath, brief: BRIEF, sessionId })
    .map((word) => (word === BRIEF ? `"$(${shellLine([...read, briefPath])})"` : shellLine([word])))
    .join(" ");
  const isAtRoot = relative(where.root, where.cwd) === "";
  return { argv, line: isAtRoot ? start : `${shellLine(["cd", where.root])} && ${start}`, missing: null };
}

/** As much of a text as fits into one argument, without half a character at its end. */
function firstBytes(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_ARGUMENT_BYTES) return text;
  return bytes
    .subarray(0, MAX_ARGUMENT_BYTES)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
}
