import type { Said } from "../../../schema/said.ts";
import { PRIORITIES, TASK_STATUSES } from "../../../schema/session-state.ts";
import type { Input, OptionSpec } from "../command.ts";

/** What a person can say about the task, on every command that saves. */
export const SAID_OPTIONS: readonly OptionSpec[] = [
  { flags: "--task <text>", about: "what the task is" },
  { flags: "--status <status>", about: "how far it is", choices: TASK_STATUSES },
  { flags: "--priority <priority>", about: "how much it matters", choices: PRIORITIES },
  { flags: "--estimate <duration>", about: 'how long the whole will take, such as "2 hours"' },
  { flags: "--spent <duration>", about: 'how long it took so far, such as "45 minutes"' },
  { flags: "--next <step>", about: "a next step; repeat for more, in order", repeatable: true },
  {
    flags: "--note <text>",
    about: "something that the next agent should know; repeatable",
    repeatable: true,
  },
];

export function saidIn({ options }: Input): Said {
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
