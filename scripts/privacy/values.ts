import type { NameStrength } from "./names.ts";
import { entropy, randomness } from "./randomness.ts";
import { hasMark } from "./span.ts";

const PLACEHOLDER_WORD =
  /example|sample|placeholder|change.?me|change.?this|replace|insert|your[-_ .]|my[-_ .]?(?:secret|token|key|pass)|dummy|redacted|secret[-_ ]?(?:here|goes)|todo|fixme|<[^>]*>|\{\{|\$\{|\$\(|%\(|%[a-z_]+%|\.\.\.|…|\*{3}|process\.env|os\.environ|getenv|env\[/i;
const REFERENCE =
  /^[$%@#]|^&[a-z]|^(?:env|var|local|data|module|secrets?|vault|op|ssm|arn|file|https?|ftp|ref|urn|git|ssh):?[./:]/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PATH = /^(?:[a-z]:)?(?:\.{0,2}[\\/]|~\/)|^[\w@.-]+(?:\/[\w@.-]+)+\.[a-z]{1,5}$/i;
const DATE_OR_VERSION = /^v?\d+(?:[.:/-]\d+)+(?:[-+.T ][\w.:+-]*)?$/;
const INTEGRITY = /^(?:sha\d{1,3}|md5)[-:]/i;

/** Text that stands where a secret would: variables, `<your-token>`, `xxxx`, `changeme`, or an earlier mark. */
export function isPlaceholder(value: string): boolean {
  return (
    hasMark(value) ||
    PLACEHOLDER_WORD.test(value) ||
    REFERENCE.test(value) ||
    /^(.)\1*$/s.test(value) ||
    /(.)\1{5}/s.test(value)
  );
}

const ENOUGH: Record<NameStrength, { length: number; score: number; entropy: number }> = {
  password: { length: 6, score: 0, entropy: 2 },
  secret: { length: 10, score: 2, entropy: 2.8 },
  key: { length: 16, score: 6, entropy: 3.2 },
};

/** Whether a value beside a name of that strength is the secret itself. The value is one literal, without its quotes. */
export function isSecretValue(value: string, strength: NameStrength): boolean {
  const enough = ENOUGH[strength];
  if (value.length < enough.length || value.length > 8192 || /[\s\0]/.test(value)) return false;
  if (isPlaceholder(value) || PATH.test(value) || DATE_OR_VERSION.test(value) || INTEGRITY.test(value))
    return false;
  if (UUID.test(value)) return strength !== "key";
  if (entropy(value) < enough.entropy) return false;
  if (strength === "key" && /^[0-9a-f]+$/i.test(value)) return false;
  if (strength === "password" && /[^\w.-]/.test(value) && /\w/.test(value)) return true;
  return randomness(value) > enough.score;
}
