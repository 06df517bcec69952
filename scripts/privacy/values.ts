import type { NameStrength } from "./names.ts";
import { isCountedUp, isPlaceholder } from "./placeholders.ts";
import { entropy, randomness } from "./randomness.ts";

const LONGEST = 8192;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]+$/i;
const DIGITS = /^\d+$/;
// A path, a file name, an e-mail address, a date, a version, an integrity hash.
const SOMETHING_ELSE =
  /^(?:[a-z]:)?(?:\.{0,2}[\\/]|~\/)|^[\w@.-]+(?:\/[\w@.-]+)+\.[a-z]{1,5}$|^[\w-]+\.(?:[jt]sx?|json|ya?ml|md|pem|key|crt|cer|pub|txt|env|p12|pfx|jks)$|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|^v?\d+(?:[.:/-]\d+)+(?:[-+.T_ ][\w.:+-]*)?$|^(?:sha\d{1,3}|md5)[-:]/i;

interface Enough {
  length: number;
  /** Bits per character. */
  entropy: number;
  randomness: number;
}

const ENOUGH: Record<NameStrength, Enough> = {
  password: { length: 6, entropy: 1.5, randomness: 0 },
  secret: { length: 10, entropy: 2.5, randomness: 1.5 },
  key: { length: 16, entropy: 3, randomness: 5 },
};

/**
 * Whether a value beside a name of that strength is the secret itself. The value is one literal, without quotes.
 * When in doubt it is: a hidden test fixture costs little.
 */
export function isSecretValue(value: string, strength: NameStrength): boolean {
  const enough = ENOUGH[strength];
  if (value.length < enough.length || value.length > LONGEST || /[\s\0]/.test(value)) return false;
  if (isPlaceholder(value) || (strength !== "password" && (SOMETHING_ELSE.test(value) || isCountedUp(value))))
    return false;
  if (UUID.test(value)) return strength !== "key";
  if (DIGITS.test(value)) return strength === "password" || (strength === "secret" && value.length >= 15);
  if (strength === "key" && HEX.test(value)) return false;
  if (entropy(value) < enough.entropy) return false;
  if (strength === "password" && looksChosen(value)) return true;
  return randomness(value) > enough.randomness;
}

// A person's password mixes letters with digits or punctuation, which names of fields and messages do not.
function looksChosen(value: string): boolean {
  if (SOMETHING_ELSE.test(value) && !/[!@#$^&+=~|;?*]/.test(value)) return false;
  return /[A-Za-z]/.test(value) ? /\d|[!@#$^&+=~|;?*]/.test(value) : /[!@#$^&+=~|;?*]/.test(value);
}
