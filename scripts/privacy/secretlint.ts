import type { Span } from "./span.ts";

// One of these stands in everything that the preset's rules can find. Derived from its rules, and held by a test
// that compares what the whole preset finds with and without this gate.
const GATE = new RegExp(
  [
    "-----BEGIN",
    "secret_?access_?key",
    "://[^\\s:/@]{1,256}:[^\\s/@]{1,256}@",
    "npm_",
    "xox[abopr]-|xapp-|hooks\\.slack\\.com/services",
    "SG\\.",
    "shp(?:pa|ca|at|ss)_",
    "gh[pousr]_|github_pat_",
    "T3BlbkFJ",
    "sk-ant-api0",
    "lin_api_",
    "ops_ey",
  ].join("|"),
  "i",
);

/** True when the preset might find something in the text. */
export function mayInterestSecretlint(text: string): boolean {
  return GATE.test(text);
}

/** What secretlint's recommended preset finds, as spans. Loads the library at the first call. */
export async function lintSecrets(text: string): Promise<Span[]> {
  const lint = await loadPreset();
  return lint(text);
}

let loaded: Promise<(text: string) => Promise<Span[]>> | undefined;

function loadPreset() {
  loaded ??= importPreset();
  return loaded;
}

async function importPreset() {
  const [{ lintSource }, { rules }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const config = {
    rules: rules
      // The rule that lets a comment in the text switch the others off: here the text is not to be trusted.
      .filter((rule) => !rule.meta.id.endsWith("filter-comments"))
      .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
  };
  return async (text: string): Promise<Span[]> => {
    const { messages } = await lintSource({
      // The name makes the rule for credentials in package.json run as well; nothing is read from disk.
      source: { content: text, filePath: "package.json", ext: ".txt", contentType: "text" },
      options: { config, noPhysicFilePath: true },
    });
    // Content that begins with a byte order mark loses it inside the library.
    const shift = text.startsWith("\ufeff") ? 1 : 0;
    return messages.map(({ range, ruleId }) => ({
      start: range[0] + shift,
      end: range[1] + shift,
      rule: ruleId.replace(/^.*secretlint-rule-/, ""),
    }));
  };
}
