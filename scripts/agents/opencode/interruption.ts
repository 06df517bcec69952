import type { InterruptionEntry } from "../../../schema/transcript.ts";
import { numberOf, objectOf, stringOf } from "../../base/json.ts";
import { causeOf } from "../limits.ts";

/** From an error as messages and retries record it (`{name, data: {message, statusCode}}`); null when there is none. */
export function interruptionOf(value: unknown): Pick<InterruptionEntry, "cause" | "text"> | null {
  const error = objectOf(value);
  const name = stringOf(error.name);
  if (name === null) return null;
  const data = objectOf(error.data);
  const text = stringOf(data.message) ?? name;
  if (name === "MessageAbortedError") return { cause: "user", text };
  const details = `${text} ${stringOf(data.responseBody) ?? ""}`;
  return { cause: numberOf(data.statusCode) === 429 ? "rate_limit" : causeOf(details), text };
}
