import { createHash } from "node:crypto";
import type { RuleConfig } from "../../schema/config.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { globMatcher } from "./globs.ts";

/** A rule of the config, ready to be held against files. */
export interface Rule {
  id: string;
  level: RuleConfig["level"];
  message: string;
  fix: string | null;
  appliesTo(path: string): boolean;
  forbid: RegExp | null;
  require: RegExp | null;
}

/**
 * The rules of a config. Their patterns are JavaScript's own regular expressions; `^` and `$` stand for the ends
 * of a line. Throws `UserError` that names every rule that cannot be one, and what is wrong with it.
 */
export function readRules(configured: readonly RuleConfig[]): Rule[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  const rules = configured.map((config): Rule => {
    const compile = (key: "forbid" | "require"): RegExp | null => {
      const source = config[key];
      if (source === undefined) return null;
      const compiled = compilePattern(source);
      if (compiled instanceof RegExp) return compiled;
      faults.push(`${config.id}: ${key}: ${compiled.fault}`);
      return null;
    };
    if (seen.has(config.id)) faults.push(`${config.id}: there are two rules of this name`);
    seen.add(config.id);
    if (config.forbid === undefined && config.require === undefined) {
      faults.push(`${config.id}: it needs "forbid" or "require", a regular expression`);
    }
    return {
      id: config.id,
      level: config.level,
      message: config.message,
      fix: config.fix ?? null,
      appliesTo: globMatcher(config.files, config.exclude),
      forbid: compile("forbid"),
      require: compile("require"),
    };
  });
  if (faults.length > 0) {
    throw new UserError(
      `${faults.length === 1 ? "A rule" : "Rules"} of the config cannot be used:\n  ${faults.join("\n  ")}`,
      'Mend it under "rules" in the config, then run this again.',
      EXIT.usage,
      { details: { faults } },
    );
  }
  return rules;
}

/** Marks a set of rules: another set has another mark. */
export function ruleSetMark(configured: readonly RuleConfig[]): string {
  return createHash("sha256").update(JSON.stringify(configured)).digest("hex").slice(0, 7);
}

// Unicode mode knows `\p{…}` and whole characters, but refuses escapes that the older mode lets pass, such as `\-`.
function compilePattern(source: string): RegExp | { fault: string } {
  try {
    return new RegExp(source, "gmu");
  } catch (strict) {
    try {
      if (/\\[pP]\{/.test(source)) throw strict;
      return new RegExp(source, "gm");
    } catch (error) {
      if (error instanceof SyntaxError) return { fault: error.message };
      throw error;
    }
  }
}
