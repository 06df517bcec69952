import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HOOKS,
  hookBlock,
  hookLine,
  isEmptyHook,
  isShellHook,
  runsScript,
  withHookBlock,
} from "../../scripts/commands/init/hook-text.ts";
import { editJson } from "../../scripts/commands/init/json-edit.ts";
import { hasBlock, insertBlock, withBlock, withoutBlocks } from "../../scripts/commands/init/marks.ts";

/** Lines as files have them: with marks that lost their partner, of both line ends, the last one ended or not. */
const text = fc
  .tuple(
    fc.array(fc.constantFrom("", "a", "  b", "# >>> baton >>>", "#!/bin/sh", "\tc"), { maxLength: 6 }),
    fc.constantFrom("\n", "\r\n"),
  )
  .map(([lines, eol]) => lines.join(eol));
const lines = fc.array(fc.constantFrom("x", "# y", "", "  z"), { maxLength: 3 });

describe("a marked block", () => {
  it("can be taken out of any text to the byte, wherever a line begins", () => {
    fc.assert(
      fc.property(text, lines, fc.nat(), fc.constantFrom("", "  ", "\t"), (before, block, n, indent) => {
        const starts = [0, ...[...before.matchAll(/\n/g)].map((match) => match.index + 1), before.length];
        const at = starts[n % starts.length] ?? 0;
        const after = insertBlock(before, at, block, indent);
        expect(hasBlock(after)).toBe(true);
        expect(withoutBlocks(after)).toBe(before);
      }),
    );
  });

  it("is there once however often it is put in, and is renewed in its place", () => {
    fc.assert(
      fc.property(text, lines, lines, (before, first, second) => {
        const once = withBlock(before, first);
        expect(withBlock(once, first)).toBe(once);
        const renewed = withBlock(once, second);
        expect(renewed).toBe(withBlock(before, second));
        expect(withoutBlocks(renewed)).toBe(before);
      }),
    );
  });

  it("that lost its end takes nothing with it", () => {
    const broken = "a\n# >>> baton >>>\nmine\n";
    expect(withoutBlocks(broken)).toBe(broken);
    expect(withoutBlocks(withBlock(broken, ["x"]))).toBe(broken);
  });
});

describe("hook files", () => {
  it.each([
    ["#!/bin/sh\n", true],
    ["#!/bin/bash -eu\n", true],
    ["#!/usr/bin/env bash\n", true],
    ["#! /usr/bin/env -S sh -e\n", true],
    ["#!/usr/bin/env LANG=C dash", true],
    ["echo no first line\n", true],
    ["", true],
    ["#!/usr/bin/env node\n", false],
    ["#!/usr/bin/python3\n", false],
    ["#!/bin/zsh\n", false],
    ["#!/usr/bin/env fish\n", false],
    ["#!\n", false],
  ])("%j is run by a POSIX shell: %s", (hook, expected) => expect(isShellHook(hook)).toBe(expected));

  it.each([
    ["", true],
    ["#!/bin/sh\n", true],
    ["#!/bin/sh\n\n \n", true],
    ["#!/bin/sh\n# a note\n", false],
    ["exit 1\n", false],
  ])("%j does nothing: %s", (hook, expected) => expect(isEmptyHook(hook)).toBe(expected));

  it.each(HOOKS)("%s: what a person has put in by hand is known again", (hook) => {
    for (const form of [
      hookLine(hook),
      JSON.stringify(hookLine(hook)),
      `sh templates/hooks.sh ${hook} "$@"`,
      `. ".git/baton/hooks.sh" ${hook}`,
    ]) {
      expect(HOOKS.filter((other) => runsScript(form, other))).toEqual([hook]);
      const file = `#!/bin/sh\n${form}\n`;
      expect(withHookBlock(hook, file)).toBe(file);
    }
  });

  it("have our block before anything of their own", () => {
    const block = hookBlock("post-merge").join("\n");
    const marked = `# >>> baton >>>\n${block}\n# <<< baton <<<`;
    expect(withHookBlock("post-merge", "#!/bin/bash\nexit 0\n")).toBe(`#!/bin/bash\n${marked}\nexit 0\n`);
    expect(withHookBlock("post-merge", "exit 0\n")).toBe(`${marked}\nexit 0\n`);
    expect(withHookBlock("post-merge", null)).toBe(`#!/bin/sh\n${marked}\n`);
  });
});

describe("an edit of JSON", () => {
  const value = fc.dictionary(fc.constantFrom("a", "b", "scripts"), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 3,
  });
  it.each([
    ['{"name":"x"}', '{"name":"x","scripts":{"a":"b","c":"d"}}'],
    ['{ "name": "x" }', '{ "name": "x", "scripts": { "a": "b", "c": "d" } }'],
    ['{"name": "x", "v": 1}', '{"name": "x", "v": 1, "scripts": {"a": "b", "c": "d"}}'],
    ['{"scripts":{"t":"u"}}', '{"scripts":{"t":"u","a":"b","c":"d"}}'],
    ['{ "scripts": { "t": "u" } }', '{ "scripts": { "t": "u", "a": "b", "c": "d" } }'],
    ["{}", '{"scripts": {"a": "b", "c": "d"}}'],
  ])("%s on one line stays on one line, with blanks where it has them", (before, after) => {
    const edited = editJson(editJson(before, ["scripts", "a"], "b"), ["scripts", "c"], "d");
    expect(edited).toBe(after);
    expect(editJson(edited, ["scripts", "a"], 'say "b": , c')).toContain('"say \\"b\\": , c"');
  });

  it("keeps order, indentation and line ends of everything else", () => {
    fc.assert(
      fc.property(
        value,
        fc.constantFrom(1, 2, 4, "\t"),
        fc.constantFrom("\n", "\r\n"),
        (object, indent, eol) => {
          fc.pre(Object.keys(object).length > 0);
          const before = JSON.stringify(object, null, indent).replaceAll("\n", eol);
          const after = editJson(before, ["new"], { x: 1 });
          expect(after).toBe(
            JSON.stringify({ ...object, new: { x: 1 } }, null, indent).replaceAll("\n", eol),
          );
          expect(editJson(after, ["new"], undefined)).toBe(before);
        },
      ),
    );
  });
});
