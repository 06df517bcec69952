import type { Redacted } from "../../schema/redacted.ts";
import type { Line, Report } from "../../schema/report.ts";
import { isUserError, UserError } from "../base/errors.ts";
import { explainSystemError, isSystemError } from "../base/file-errors.ts";
import type { Redactor } from "../privacy/redact.ts";
import type { Command, Input } from "./command.ts";
import { causeOf } from "./shared/interruption.ts";
import { type Outside, openWorld, type Place, redactorAt } from "./shared/world.ts";

export interface Outcome {
  report: Redacted<Report>;
  /** What is to be done when the report has been printed; it answers with the exit code. */
  afterwards: (() => Promise<number>) | null;
}

const UNREDACTED: Line = {
  kind: "warn",
  text: "Redaction is OFF: secrets are written and shown as they are.",
};

/**
 * Runs a command, and lets nothing out of it that has not been redacted: not its report, not its errors.
 * Throws `UserError` for what the person can mend; anything else thrown is a fault of ours, its text redacted too.
 */
export async function runCommand(command: Command, input: Input, outside: Outside): Promise<Outcome> {
  const world = openWorld(outside, input.options.redact !== false);
  // Everything that leaves will need it, and its rules are compiled at their first use: that is now, while the
  // command waits for git. A failure shows when it is used in earnest.
  world
    .redactor()
    .then((redactor) => {
      if (!redactor.enabled) world.say(UNREDACTED);
      return redactor.redact("ready");
    })
    .catch(() => {});
  try {
    const report = printable(await command.run(input, world), outside.prints);
    const redactor = await world.redactor();
    const hidden = hiddenLine(redactor);
    const redacted = await redactor.redact(report);
    if (hidden === null) return { report: redacted, afterwards: world.planned() };
    const notices: Line[] = [...redacted.notices, { kind: "note", text: hidden }];
    return { report: await redactor.redact({ ...redacted, notices }), afterwards: world.planned() };
  } catch (error) {
    throw await redactError(await causeOf(error, outside.signal), world.redactor);
  } finally {
    await world.spoken();
  }
}

/** What nobody will see need not be redacted: of ten thousand sessions that takes as long as to find them. */
function printable(report: Report, prints: Outside["prints"]): Report {
  if (prints === "lines") return { ...report, data: {} };
  if (prints === "data") return { ...report, lines: [], notices: [] };
  return report;
}

/** The same for what went wrong before a command ran: words that were typed wrong may hold a secret too. */
export async function redactEarlyError(error: unknown, place: Place): Promise<unknown> {
  return redactError(error, () => redactorAt(place));
}

/** How much was hidden on the way to files and prompts, by rule; null when nothing was. */
function hiddenLine(redactor: Redactor): string | null {
  const counts = Object.entries(redactor.counts());
  if (counts.length === 0) return null;
  return `Hidden before writing: ${counts.map(([rule, n]) => `${rule} ×${n}`).join(", ")}`;
}

async function redactError(thrown: unknown, redactor: () => Promise<Redactor>): Promise<unknown> {
  // What the system refuses is a condition of the machine or the repository, wherever it is met.
  const error = isSystemError(thrown) ? explainSystemError(thrown) : thrown;
  if (!(error instanceof Error)) return error;
  const clean = await (await redactor()).redact({
    message: error.message,
    stack: error.stack ?? "",
    ...(isUserError(error) ? { fix: error.fix, details: error.details } : {}),
  });
  if (isUserError(error))
    return new UserError(clean.message, clean.fix ?? "", error.code, { details: clean.details ?? {} });
  const safe = new Error(clean.message);
  safe.stack = clean.stack;
  return safe;
}
