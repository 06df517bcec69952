import { expect, test } from "vitest";
import { causeOf } from "../../scripts/agents/limits.ts";

test.each([
  "Claude AI usage limit reached|1755806400",
  "You've hit your limit · resets 3pm (Europe/Berlin)",
  "You've reached your Opus weekly limit ∙ resets Nov 3 at 9am",
  "You're out of extra usage · resets 5pm",
  "Credit balance is too low",
  "exceeded retry limit, last status: 429 Too Many Requests",
  "Quota exceeded. Check your plan and billing details.",
  "You exceeded your current quota [RESOURCE_EXHAUSTED]",
])("a limit is known by its words: %s", (message) => expect(causeOf(message)).toBe("rate_limit"));

test.each(["API Error: Connection error.", "Prompt is too long", "unexpected status 401 Unauthorized"])(
  "another error is none: %s",
  (message) => expect(causeOf(message)).toBe("error"),
);
