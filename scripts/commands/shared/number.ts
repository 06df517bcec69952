import { EXIT, UserError } from "../../base/errors.ts";

/** The whole number, at least `least`, that an option was given; null without one. Throws `UserError` (code 2). */
export function wholeNumber(option: string, value: unknown, least: number, example: number): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  throw new UserError(
    `${option} takes a whole number of at least ${least}, not "${String(value)}".`,
    `Example: ${option} ${example}`,
    EXIT.usage,
  );
}
