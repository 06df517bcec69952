import { count } from "../base/text.ts";
import type { Gate } from "./gate.ts";
import { readRules, ruleSetMark } from "./rule-set.ts";

/** The rules of the config, for what linters do not know. */
export const strictRules: Gate = {
  name: "strict_rules",
  find({ root, rules: setting }) {
    if (setting.rules.length === 0) return { skipped: 'no "rules" in the config', applies: false };
    const rules = readRules(setting.rules);
    const describe = (scope: string) =>
      `${count(rules.length, "rule")} (${ruleSetMark(setting.rules)}) on ${scope}`;
    return {
      describes: describe(setting.scope),
      ...(setting.widerScope === undefined ? {} : { impliedBy: describe(setting.widerScope) }),
      async run(signal) {
        const { checkRules } = await import("./check-rules.ts");
        return checkRules(root, rules, setting, signal);
      },
    };
  },
};
