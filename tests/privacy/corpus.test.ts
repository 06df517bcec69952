import { describe, expect, test } from "vitest";
import { createRedactor } from "../../scripts/privacy/redact.ts";
import { alnum, digits, hex, lower, upper, uuid } from "../../scripts/privacy/rules/parts.ts";
import { INNOCENT } from "./corpus/innocent.ts";
import { PASSWORD_PLACES, PLACES } from "./corpus/places.ts";

const { redact } = createRedactor({ secrets: [], patterns: [], allow: [], enabled: true });

const GENERATED: Readonly<Record<string, string>> = {
  "16 hex digits": hex(16),
  "32 hex digits": hex(32),
  "40 hex digits": hex(40),
  "64 hex digits": hex(64),
  "15 letters and digits": lower(15),
  "20 letters and digits": lower(20),
  "32 letters and digits": lower(32),
  "20 capitals and digits": upper(20),
  "24 of either case": alnum(24),
  "40 of either case": alnum(40),
  base64url: `${alnum(11)}_${alnum(14)}-${alnum(16)}`,
  "two parts": `${alnum(20)}.${alnum(24)}`,
};

const PASSWORDS = ["hunter", "this-is-Dog", "Tr0ub4dor&"].map((start) => start + digits(2));

describe.each(Object.entries(GENERATED))("a secret of %s is hidden", (_, secret) => {
  test.each(PLACES)("in %s", async (place) => {
    expect(await redact(fill(place, "acme", secret))).not.toContain(secret);
  });
});

describe.each(PASSWORDS)("the password %s is hidden", (secret) => {
  test.each(PASSWORD_PLACES)("in %s", async (place) => {
    expect(await redact(fill(place, "acme", secret))).not.toContain(secret);
  });
});

test.each(["heroku_api_key", "snykToken", "hubspot_secret", "SQUARESPACE_TOKEN"])(
  "a UUID is hidden as %s",
  async (name) => {
    expect(await redact(`${name} = "${uuid()}"`)).not.toContain(uuid());
  },
);

test.each(['refresh_token: "@s"', "Authorization: Bearer @s", "--token @s"])(
  "a password that a person chose is hidden in the place of a token: %s",
  async (place) => {
    const secret = ["Winter", "#2025", "xyz"].join("");
    expect(await redact(fill(place, "acme", secret))).not.toContain(secret);
  },
);

test("hides no more than the secret", async () => {
  expect(await redact(`https://ann:${alnum(20)}@git.test/acme?token=${hex(32)}&page=2`)).toBe(
    "https://ann:[REDACTED:url-password]@git.test/acme?token=[REDACTED:secret]&page=2",
  );
});

describe.each(Object.entries(INNOCENT))("%s stay", (_, block) => {
  test.each(block.trim().split("\n"))("%s", async (line) => {
    expect(await redact(line)).toBe(line);
  });
});

function fill(place: string, name: string, secret: string): string {
  return place.replaceAll("@n", name).replaceAll("@N", name.toUpperCase()).replaceAll("@s", secret);
}
