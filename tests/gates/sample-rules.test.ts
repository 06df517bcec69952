import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigSchema, type RuleConfig } from "../../schema/config.ts";
import { searchPattern } from "../../scripts/gates/rule-prefilter.ts";
import { readRules } from "../../scripts/gates/rule-set.ts";

const FOLDER = join(import.meta.dirname, "../../templates/rules");

function sample(name: string): RuleConfig {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
}

describe("the sample rules", () => {
  it("can stand in a config as they are, and be searched for quickly", () => {
    const rules = readdirSync(FOLDER).map((name) => sample(name.replace(/\.json$/, "")));
    expect(rules.map((rule) => rule.id).sort()).toEqual(["deep-import", "design-tokens", "page-layout"]);
    expect(ConfigSchema.parse({ rules }).rules).toEqual(rules);
    for (const rule of readRules(rules))
      if (rule.forbid !== null) expect(searchPattern(rule.forbid)).not.toBeNull();
  });

  const tokens: [text: string, found: string[]][] = [
    ['<div className="px-8">', ["px-8"]],
    ['<div className="bg-blue-500 flex">', ["bg-blue-500"]],
    ["'text-gray-600'", ["text-gray-600"]],
    ["-mt-2 md:gap-x-4 space-y-1.5 p-px", ["-mt-2", "gap-x-4", "space-y-1.5", "p-px"]],
    ["px-gutter bg-surface text-muted gap-section", []],
    ["app-8 help-2 px-8-wide bg-blueish-500 text-gray", []],
  ];
  for (const [text, found] of tokens) {
    it(`design-tokens finds ${found.length === 0 ? "nothing" : found.join(", ")} in ${text}`, () => {
      const [rule] = readRules([sample("design-tokens")]);
      expect(text.match(rule?.forbid ?? /never/)).toEqual(found.length === 0 ? null : found);
    });
  }

  const imports: [text: string, isDeep: boolean][] = [
    ['import { a } from "../../../lib/a";', true],
    ["const a = require('@/features/auth/parts/form');", true],
    ['await import("~/features/auth/parts/form")', true],
    ['import tokens from "@/design-system/tokens";', false],
    ['import { b } from "@/components/ui/button";', false],
    ['import { c } from "../../lib/c";', false],
    ['import d from "@scope/package/dist/esm/d";', false],
  ];
  for (const [text, isDeep] of imports) {
    it(`deep-import ${isDeep ? "finds" : "lets pass"} ${text}`, () => {
      const [rule] = readRules([sample("deep-import")]);
      expect(rule?.forbid?.test(text)).toBe(isDeep);
    });
  }

  it("page-layout asks for PageLayout on pages alone", () => {
    const [rule] = readRules([sample("page-layout")]);
    expect(["app/page.tsx", "app/new-page/page.tsx"].every((path) => rule?.appliesTo(path))).toBe(true);
    expect(rule?.appliesTo("app/new-page/layout.tsx")).toBe(false);
    expect(rule?.require?.test("return <PageLayout title='x'>")).toBe(true);
    rule?.require?.exec("");
    expect(rule?.require?.test("return <PageLayouts>")).toBe(false);
  });
});
