import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMON_OPTIONS } from "../scripts/commands/command.ts";
import { COMMANDS } from "../scripts/commands/index.ts";
import { PACKAGE } from "./support/package.ts";

const DOCUMENTS = [
  "README.md",
  ...readdirSync(join(PACKAGE, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

const read = (path: string) => readFileSync(join(PACKAGE, path), "utf8");

/** The lines of a document's code blocks, and the rest of it. */
function taken(markdown: string): { code: string[]; prose: string } {
  const code: string[] = [];
  const prose: string[] = [];
  let isCode = false;
  for (const line of markdown.split("\n")) {
    if (/^ *```/.test(line)) isCode = !isCode;
    else (isCode ? code : prose).push(line);
  }
  return { code, prose: prose.join("\n") };
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(path: string): string[] {
  const headings = taken(read(path)).prose.match(/^#{1,6} .+$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What stands in a document as code: its blocks' lines, and its spans. */
function codeOf(path: string): string[] {
  const { code, prose } = taken(read(path));
  return [...code, ...[...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span)];
}

const flagsIn = (text: string) => text.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? [];

/** Every option of each command, short ones too. */
const OPTIONS = new Map(
  await Promise.all(
    Object.entries(COMMANDS).map(async ([verb, entry]) => {
      const { command } = await entry.load();
      const specs = [...command.options, ...COMMON_OPTIONS, { flags: "-h, --help" }];
      return [verb, new Set(specs.flatMap(({ flags }) => flagsIn(flags)))] as const;
    }),
  ),
);

const ANY_OPTION = new Set([...OPTIONS.values()].flatMap((flags) => [...flags]));

/** The commands of Baton's that a piece of code names, with what follows each. */
function namedIn(code: string): { verb: string; rest: string }[] {
  const typed = /(?<![\w./-])(?:baton |npm run session:|scripts\/session-)([a-z][\w-]*)([^|;&#]*)/g;
  const found = [...code.matchAll(typed)].map(([, verb = "", rest = ""]) => ({ verb, rest }));
  const [first = "", ...words] = code.split(" ");
  return found.length === 0 && Object.hasOwn(COMMANDS, first)
    ? [{ verb: first, rest: ` ${words.join(" ")}` }]
    : found;
}

describe.each(DOCUMENTS)("%s", (path) => {
  it("links to files and headings that exist", () => {
    const broken: string[] = [];
    for (const [, target = ""] of taken(read(path)).prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const to = file === "" ? path : relative(PACKAGE, join(PACKAGE, dirname(path), file));
      if (!existsSync(join(PACKAGE, to))) broken.push(target);
      else if (anchor !== undefined && !(to.endsWith(".md") && anchorsOf(to).includes(anchor)))
        broken.push(target);
    }
    expect(broken).toEqual([]);
  });

  it("names only commands and options that exist", () => {
    const unknown: string[] = [];
    for (const code of codeOf(path)) {
      for (const { verb, rest } of namedIn(code)) {
        const options = OPTIONS.get(verb);
        const isKnown =
          options !== undefined && flagsIn(rest).every((flag) => flag === "--" || options.has(flag));
        if (!isKnown) unknown.push(code);
      }
      // An option alone, in a table or a sentence.
      if (code.startsWith("-") && !flagsIn(code).every((flag) => ANY_OPTION.has(flag))) unknown.push(code);
    }
    expect(unknown).toEqual([]);
  });
});

it("finds what is wrong in a document", () => {
  expect(namedIn("npx baton save claude --next x && baton nothing")).toEqual([
    { verb: "save", rest: " claude --next x " },
    { verb: "nothing", rest: "" },
  ]);
  expect(namedIn("npm run session:save claude -- --task x")[0]).toEqual({
    verb: "save",
    rest: " claude -- --task x",
  });
  expect(flagsIn("handoff x -- -q, --no-github")).toEqual(["-q", "--no-github"]);
  expect(namedIn("npm install agent-baton thing")).toEqual([]);
  expect(anchorsOf("docs/undo.md")).toContain("--commit-and---stash");
});

it("every document is reached from the README", () => {
  const linked = [...read("README.md").matchAll(/\]\((docs\/[\w-]+\.md)/g)].map(([, path]) => path);
  expect(DOCUMENTS.filter((path) => path !== "README.md" && !linked.includes(path))).toEqual([]);
});

// The package is not published: a stranger could register its name.
it("nothing sends anybody to the registry for Baton", () => {
  const sources = readdirSync(join(PACKAGE, "scripts"), { recursive: true, encoding: "utf8" })
    .map((name) => join("scripts", name))
    .filter((path) => statSync(join(PACKAGE, path)).isFile());
  const sends = /(?:npx|\b(?:install|add|exec|bugs)\b[^\n"'`]*) agent-baton(?![\w-])|agent-baton@/;
  const found = [...DOCUMENTS, ...sources, "templates/hooks.sh"].filter((path) => sends.test(read(path)));
  expect(found).toEqual([]);
});
