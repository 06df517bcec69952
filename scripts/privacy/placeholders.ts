import { isCovered } from "./span.ts";

const STANDS_FOR = [
  "example|placeholder|change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this|with)|insert[-_ ]|dummy|redacted|masked|not[-_]?a[-_]?real",
  "your?[-_ .]|your(?:api|secret|token|key|pass|access|client|own)|my[-_ ](?:secret|token|key|pass|api)|goes[-_ ]here|(?:secret|token|key|password)[-_ ]here",
  "(?:^|[^a-z])(?:todo|fixme|sample|fake|foo[-_]?bar)(?:[^a-z]|$)",
  "x{4}|\\*{3}|\\.{3}|\\u2026|\\u2022{3}|#{3}|_{5}|-{5}|<[^>]*>|\\[[a-z _-]+\\]",
].join("|");

const REFERENCES = [
  "\\$\\{|\\$\\(|\\$\\[|\\{\\{|%\\(|%[a-z_]{2,40}%|^\\$[a-z_]|^%[a-z]$|^\\{[^}]*\\}$|^&[a-z]",
  "process\\.env|import\\.meta|os\\.environ|getenv|env\\[|env\\.|secrets\\.|var\\.|local\\.|data\\.|module\\.",
  "^(?:env|vault|op|ssm|arn|file|https?|ftp|ref|urn|git|aws-sm|gcp-sm|keyring|keychain|secretref|valuefrom):",
].join("|");

const PLACEHOLDER = new RegExp(`${STANDS_FOR}|${REFERENCES}`, "i");
const NOTHING =
  /^(?:null|nil|none|undefined|true|false|yes|no|empty|unset|default|test|password|passwd|secret|token|string)\d{0,3}$/i;

/** Text that stands where a secret would: a variable, `<your-token>`, `xxxx`, `changeme`, or an earlier mark. */
export function isPlaceholder(value: string): boolean {
  return isCovered(value) || PLACEHOLDER.test(value) || isFiller(value) || NOTHING.test(value);
}

/** What a well-formed token holds when it is made up for a manual: `AKIAIOSFODNN7EXAMPLE`, `ghp_xxxxxxxx…`. */
export function isStandIn(token: string): boolean {
  return isFiller(token) || /example|placeholder|your[-_]|x{6}/i.test(token.slice(0, 256));
}

/** One character again and again makes up a third of it or more. */
function isFiller(value: string): boolean {
  const run = /(.)\1{7,}/s.exec(value)?.[0] ?? /^(.)\1*$/s.exec(value)?.[0] ?? "";
  return run !== "" && run.length * 3 >= value.length;
}

/** Runs up the alphabet or the digits, at most two of them: `abcdef123456`. */
export function isCountedUp(value: string): boolean {
  let breaks = 0;
  for (let i = 1; i < value.length && breaks < 3; i++) {
    const step = value.charCodeAt(i) - value.charCodeAt(i - 1);
    if (step !== 1 && !(value[i] === "0" && value[i - 1] === "9")) breaks++;
  }
  return breaks < 2;
}
