import type { NameStrength } from "./names.ts";
import { isCountedUp, isPlaceholder } from "./placeholders.ts";
import { entropy, randomness } from "./randomness.ts";

const LONGEST = 8192;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]+$/i;
const DIGITS = /^\d+$/;
/** Seen in passwords, hardly in paths, names and versions. */
const PUNCTUATION = /[!@#$^&+=~|;?*]/;
const INTEGRITY = /^(?:sha\d{1,3}|md5)[-:]/i;
const SOMETHING_ELSE = new RegExp(
  [
    // Paths and file names.
    "^(?:[a-z]:)?(?:\\.{0,2}[\\\\/]|~\\/)",
    "^[\\w@.-]+(?:\\/[\\w@.-]+)+\\.[a-z]{1,5}$",
    "^[\\w.-]+\\.(?:[jt]sx?|json|ya?ml|md|pem|key|crt|cer|pub|txt|env|p12|pfx|jks|internal|local|com|net|org|io|dev)(?::\\d+)?$",
    // Addresses of people.
    "^[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+$",
    // Dates, times and versions.
    "^\\d{4}-\\d\\d-\\d\\d",
    "^(?:v|rc|release-)?\\d+(?:\\.\\d+)+(?:[-+.T_ ][\\w.:+-]*)?$",
    "^\\d+(?:[:/]\\d+)+$",
  ].join("|"),
  "i",
);
/** A text this random is a secret even if it has the form of a path. */
const BEYOND_DOUBT = 10;

interface Enough {
  length: number;
  /** Bits per character. */
  entropy: number;
  randomness: number;
}

const ENOUGH: Record<NameStrength, Enough> = {
  password: { length: 6, entropy: 1.5, randomness: 0.5 },
  secret: { length: 10, entropy: 2.5, randomness: 0 },
  key: { length: 16, entropy: 3, randomness: 4 },
};

/**
 * Whether a value beside a name of that strength is the secret itself. The value is one literal, without quotes.
 * When in doubt it is: a hidden test fixture costs little.
 */
export function isSecretValue(value: string, strength: NameStrength): boolean {
  const enough = ENOUGH[strength];
  if (value.length < enough.length || value.length > LONGEST || /[\s\0]/.test(value)) return false;
  if (isPlaceholder(value) || INTEGRITY.test(value)) return false;
  if (UUID.test(value)) return strength !== "key";
  if (DIGITS.test(value)) return strength === "password" || (strength === "secret" && value.length >= 15);
  if (strength === "key" && HEX.test(value)) return false;
  if (entropy(value) < enough.entropy) return false;
  const score = randomness(value);
  if (isSomethingElse(value) && score < BEYOND_DOUBT) return false;
  if (strength === "password") return looksChosen(value) || score > enough.randomness;
  if (strength === "secret" && hasEveryKind(value)) return true;
  return score > enough.randomness && !isCountedUp(value);
}

/** Anything that is not a stand-in: where a password has its fixed place, a weak one is one too. */
export function isPasswordInPlace(value: string): boolean {
  return (
    value.length >= 3 &&
    !isPlaceholder(value) &&
    !/^(?:pass|pwd|pw|user|username|credentials?|bar|key|x-oauth-basic)$/i.test(value)
  );
}

/** A path, a file name, an address, a date, a version. */
export function isSomethingElse(value: string): boolean {
  return SOMETHING_ELSE.test(value) && !PUNCTUATION.test(value);
}

/** No name, message or path has all four: `Winter#2025`. */
function hasEveryKind(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && /[!#$^&*]/.test(value);
}

// A person's password mixes letters with digits or punctuation, which names of fields and messages do not.
function looksChosen(value: string): boolean {
  return PUNCTUATION.test(value) || (/[A-Za-z]/.test(value) && /\d/.test(value));
}
