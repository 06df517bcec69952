import { describe, expect, test } from "vitest";
import { RULES } from "../../scripts/privacy/rules/index.ts";
import type { Rule } from "../../scripts/privacy/rules/rule.ts";
import { detectorOf, searchOf } from "../../scripts/privacy/rules/run.ts";
import { createScan } from "../../scripts/privacy/scan.ts";

function find(rule: Rule, text: string) {
  return rule.near.length === 0 ? searchOf(rule)(text) : createScan([detectorOf(rule)])(text);
}

describe.each(RULES.map((rule, index) => ({ label: `${index} ${rule.name}`, rule })))(
  "$label",
  ({ rule }) => {
    test("finds its sample", () => {
      expect(find(rule, rule.hit())).toHaveLength(1);
    });

    test("leaves its near miss", () => {
      expect(find(rule, rule.miss())).toEqual([]);
    });
  },
);

test.each(["aws-access-key", "openai-key", "gitlab-token", "stripe-key"])(
  "%s is found where it is joined to a word, as in a branch's name",
  (name) => {
    const rule = RULES.find((one) => one.name === name);
    if (rule === undefined) throw new Error(`no rule ${name}`);
    for (const joint of ["-", "_", "/"]) expect(find(rule, `fix${joint}${rule.hit()}`)).toHaveLength(1);
    expect(find(rule, `fix${rule.hit()}`)).toEqual([]);
  },
);
