import type { Detector } from "./detector.ts";
import type { Span } from "./span.ts";

// What the patterns of the preset's rules can't match without, up to a character of what they report.
// A test holds it against the whole preset.
const NEEDED: readonly [near: string, pattern: RegExp][] = [
  ["-----begin", /-----BEGIN/y],
  ["secret", /secret_?access_?key["']?\s*(?:=>|[:=])\s*["']?[A-Za-z0-9/+=]/iy],
  ["://", /:\/\/[^\s:/]{1,256}:[^\s/@\0]{1,256}(?=@)/y],
  [":x-oauth-basic@github.com", /(?=:x-oauth-basic)/y],
  ["npm_", /npm_/y],
  ["xox", /xox[abopr]-/y],
  ["xapp-", /xapp-/y],
  ["hooks.slack.com/services", /hooks\.slack\.com\/services/iy],
  ["sg.", /SG\./y],
  ["shp", /shp(?:pa|ca|at|ss)_/y],
  ["gh", /gh[pousr]_/y],
  ["github_pat_", /github_pat_/y],
  ["t3blbkfj", /T3BlbkFJ/y],
  ["sk-ant-api0", /sk-ant-api0/y],
  ["lin_api_", /lin_api_/y],
  ["ops_ey", /ops_ey/y],
];

/**
 * Report where secretlint might find something, as spans of no length. Where there is none that is not hidden
 * already, the library is neither loaded nor run.
 */
export const SECRETLINT_LEADS: readonly Detector[] = NEEDED.map(([near, pattern]) => ({
  near: [near],
  look(text, at, report) {
    pattern.lastIndex = at;
    if (pattern.test(text))
      report({ start: pattern.lastIndex - 1, end: pattern.lastIndex - 1, rule: "lead" });
    return at + 1;
  },
}));

/** What secretlint's recommended preset finds. Loads the library at the first call. */
export async function lintSecrets(text: string): Promise<Span[]> {
  loading ??= loadPreset();
  return (await loading)(text);
}

/** Between the beginning of a match and its secret: a name and an operator. */
const MAX_LEAD_IN = 300;

let loading: ReturnType<typeof loadPreset> | undefined;

async function loadPreset(): Promise<(text: string) => Promise<Span[]>> {
  const [{ lintSource }, { rules }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const config = {
    rules: rules
      // The rule that lets a comment in the text switch the others off: this text is not to be trusted.
      .filter((rule) => !rule.meta.id.endsWith("filter-comments"))
      .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
  };
  return async (text) => {
    const { messages } = await lintSource({
      // The name makes the rule for credentials in package.json run as well; nothing is read from disk.
      source: { content: text, filePath: "package.json", ext: ".txt", contentType: "text" },
      options: { config, noPhysicFilePath: true },
    });
    return messages.map((message) => spanOf(message, text));
  };
}

interface Finding {
  range: readonly [start: number, end: number];
  ruleId: string;
  data?: object;
}

// Some rules report where their whole match begins but how long its secret is, so the secret itself is looked up.
function spanOf({ range, ruleId, data }: Finding, text: string): Span {
  const rule = ruleId.replace(/^.*secretlint-rule-/, "");
  for (const secret of Object.values(data ?? {})) {
    const start = typeof secret === "string" ? text.indexOf(secret, range[0]) : -1;
    if (start !== -1 && start <= range[1] + MAX_LEAD_IN)
      return { start, end: start + String(secret).length, rule };
  }
  return { start: range[0], end: range[1], rule };
}
