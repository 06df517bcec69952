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
