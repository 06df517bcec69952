import type { Said } from "../../../schema/said.ts";
import { PRIORITIES, TASK_STATUSES } from "../../../schema/session-state.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { parseDuration } from "../../base/time.ts";
import type { Input, OptionSpec } from "../command.ts";

/** What a person can say about the task, on every command that saves. */
export const SAID_OPTIONS: readonly OptionSpec[] = [
  { flags: "-t, --task <text>", about: "what the task is" },
  { flags: "--status <status>", about: "how far it is", choices: TASK_STATUSES },
  { flags: "--priority <priority>", about: "how much it matters", choices: PRIORITIES },
  { flags: "--estimate <duration>", about: 'how long the whole will take, such as "2 hours"' },
  { flags: "--spent <duration>", about: 'how long it took so far, such as "45 minutes"' },
  { flags: "-n, --next <step>", about: "a next step; repeat for more, in order", repeatable: true },
  {
    flags: "-m, --note <text>",
    about: "something that the next agent should know; repeatable",
    repeatable: true,
  },
];

/** Throws `UserError` (code 2) for a time that is none. */
export function saidIn({ options }: Input): Said {
  for (const name of ["estimate", "spent"] as const) verifyDuration(name, options[name]);
  const said: Record<string, unknown> = {
    task: options.task,
    status: options.status,
    priority: options.priority,
    estimate: options.estimate,
    spent: options.spent,
    next: options.next,
    notes: options.note,
    provider: options.provider,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function verifyDuration(name: string, value: unknown): void {
  if (typeof value !== "string" || parseDuration(value) !== null) return;
  throw new UserError(
    `--${name} takes a duration, not "${value}".`,
    `Such as: --${name} "1h 30m"`,
    EXIT.usage,
  );
}
