import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import {
  type Import,
  importsOf,
  packageOf,
  read,
  roomOf,
  sources,
  unknownImports,
} from "./support/imports.ts";
import { PACKAGE } from "./support/package.ts";

/** What each room may import, besides itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  // `baton --version` answers before anything else is loaded.
  doors: ["cli", "commands", "base"],
  cli: ["commands", "base", "schema"],
  commands: ["agents", "transcript", "git", "github", "gates", "state", "privacy", "base", "schema"],
  agents: ["transcript", "base", "schema"],
  transcript: ["base", "schema"],
  state: ["base", "schema"],
  gates: ["base", "schema"],
  git: ["base", "schema"],
  github: ["base", "schema"],
  privacy: ["base", "schema"],
  base: ["schema"],
  schema: [],
};

/** The rooms that own each package: nobody else imports it. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  "@clack/prompts": ["cli"],
  "@eslint-community/regexpp": ["gates"],
  "@octokit/plugin-retry": ["github"],
  "@octokit/plugin-throttling": ["github"],
  "@octokit/rest": ["github"],
  "@secretlint/core": ["privacy"],
  "@secretlint/secretlint-rule-preset-recommend": ["privacy"],
  chalk: ["cli"],
  commander: ["cli"],
  diff: ["commands"],
  execa: ["agents", "gates"],
  "fast-string-truncated-width": ["cli"],
  "fastest-levenshtein": ["base"],
  fzstd: ["agents"],
  "jsonc-parser": ["agents", "commands"],
  mustache: ["state"],
  "node-sqlite3-wasm": ["agents"],
  "parse-duration": ["base"],
  picomatch: ["gates"],
  re2js: ["gates", "privacy"],
  "simple-git": ["git"],
  yaml: ["agents", "commands"],
  zod: ["schema"],
};

/** What is installed to build and test: no source imports it. */
const TOOLS =
  /^(@types\/.+|@biomejs\/biome|ajv|emulate|esbuild|fast-check|husky|string-width|tsx|typescript|vitest)$/;

/** Files that decide and do not act: of Node they know nothing but how paths are joined. */
const PURE = [
  /^scripts\/transcript\//,
  /^scripts\/state\/(compose|migrate|brief\/)/,
  /^scripts\/privacy\/redact\.ts$/,
];

const files = sources();
const imports = files.flatMap((file) => importsOf(file));
const ours = imports.filter(({ isOurs }) => isOurs);
/** Those that are there when the code runs. */
const running = files.flatMap((file) =>
  importsOf(file, withoutTypes(read(file))).filter(({ isOurs }) => isOurs),
);
const said = ({ from, to }: Import) => `${from} imports ${to}`;

describe("the scanner of imports", () => {
  it("finds every import that a bundler finds", { tags: "slow" }, async () => {
    const { metafile } = await build({
      absWorkingDir: PACKAGE,
      entryPoints: files,
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      outdir: "out",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const found = new Set(imports.map(({ from, to }) => `${from} ${to}`));
    const missed = Object.entries(metafile.inputs).flatMap(([from, input]) =>
      input.imports.map(({ path }) => `${from} ${path}`).filter((edge) => !found.has(edge)),
    );
    expect(missed).toEqual([]);
    expect(found.size).toBeGreaterThan(300);
  });

  it("sees static, dynamic and type imports, over several lines, and no text that only looks like one", () => {
    const text = [
      'import a from "./a.ts";',
      'import "./b.ts";',
      'import type {\n  C,\n} from "../git/c.ts";',
      'export { d } from "./d.ts";',
      'export * from "./e.ts";',
      'const f = await import("./f.ts");',
      'type G = import("zod").G;',
      'const text = "taken from "; say("import it from ", "there");',
    ].join("\n");
    expect(importsOf("scripts/state/x.ts", text).map(({ to }) => to)).toEqual([
      "scripts/state/a.ts",
      "scripts/state/b.ts",
      "scripts/git/c.ts",
      "scripts/state/d.ts",
      "scripts/state/e.ts",
      "scripts/state/f.ts",
      "zod",
    ]);
  });
});

describe("rooms", () => {
  it("are all known", () => {
    expect([...new Set(files.map(roomOf))].toSorted()).toEqual(Object.keys(ARROWS).toSorted());
  });

  it("import each other only along the arrows", () => {
    const wrong = ours.filter(
      ({ from, to }) => roomOf(from) !== roomOf(to) && !ARROWS[roomOf(from)]?.includes(roomOf(to)),
    );
    expect(wrong.map(said)).toEqual([]);
  });

  it("that see two others are the commands alone; agents may see transcripts, which are pure", () => {
    const common = new Set(["base", "schema"]);
    const seeing = Object.entries(ARROWS)
      .filter(([room]) => room !== "doors")
      .filter(([, seen]) => seen.filter((room) => !common.has(room)).length > 1)
      .map(([room]) => room);
    expect(seeing).toEqual(["commands"]);
  });

  it("see each other in no circle", () => {
    const arrows = Object.entries(ARROWS).flatMap(([from, seen]) => seen.map((to) => ({ from, to })));
    expect(circle(arrows)).toBeNull();
    expect(circle([...arrows, { from: "base", to: "git" }])).toEqual(["base", "git", "base"]);
  });

  it("have no files that need each other in a circle before they can begin", () => {
    expect(circle(running.filter(({ isDynamic }) => !isDynamic))).toBeNull();
  });

  it("import nothing that is not known before the code runs, but the plugins that a person allowed", () => {
    const unknown = files.filter((file) => unknownImports(read(file)).length > 0);
    expect(unknown.filter((file) => !/plugin|sqlite/.test(file))).toEqual([]);
  });
});

describe("packages", () => {
  const third = imports.filter(({ isOurs, to }) => !isOurs && packageOf(to) !== null);

  it("are each imported only by the rooms that own them", () => {
    const wrong = third.filter(({ from, to }) => !OWNERS[packageOf(to) ?? ""]?.includes(roomOf(from)));
    expect(wrong.map(said)).toEqual([]);
  });

  it("that are installed have an owner that uses them, or are tools", () => {
    const installed = Object.keys({ ...manifest.devDependencies, ...manifest.optionalDependencies });
    const library = installed.filter((name) => !TOOLS.test(name));
    expect(library.toSorted()).toEqual(Object.keys(OWNERS).toSorted());
    const used = new Set(third.map(({ to }) => packageOf(to)));
    expect(library.filter((name) => !used.has(name))).toEqual([]);
  });

  it("zod is its small build, everywhere", () => {
    expect(third.filter(({ to }) => packageOf(to) === "zod" && to !== "zod/mini").map(said)).toEqual([]);
  });

  it("git is started in its own room alone", () => {
    const starting = files.filter((file) =>
      /\b(spawn|spawnSync|execFile|execFileSync|execa)\(\s*["']git["']/.test(read(file)),
    );
    expect([...new Set(starting.map(roomOf))]).toEqual(["git"]);
  });
});

describe("pure files", () => {
  const pure = files.filter((file) => PURE.some((pattern) => pattern.test(file)));

  it("are there", () => {
    expect(pure.length).toBeGreaterThan(15);
  });

  it("reach nothing of Node but paths, also through what they import", () => {
    const wrong = pure.flatMap((file) =>
      [...reach(file)]
        .flatMap((reached) => imports.filter(({ from }) => from === reached))
        .filter(({ to }) => to.startsWith("node:") && to !== "node:path")
        .map((found) => `${file}: ${said(found)}`),
    );
    expect(wrong).toEqual([]);
  });

  it("do not ask for the time, the folder or the environment", () => {
    const asking = pure.filter((file) => /\bprocess\.(cwd|env)|Date\.now\(|new Date\(\)/.test(read(file)));
    expect(asking).toEqual([]);
  });
});

it("rooms read nothing from the process: folder, environment and home are arguments", () => {
  const asking = files
    .filter((file) => !["doors", "cli"].includes(roomOf(file)) && file !== "schema/generate.ts")
    .filter((file) => /\bprocess\.(cwd\(|env\b|argv)|\bhomedir\(\)/.test(read(file)));
  expect(asking).toEqual([]);
});

/** Our files that `start` needs when it runs. */
function reach(start: string): Set<string> {
  const seen = new Set<string>();
  const todo = [start];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    todo.push(...running.filter(({ from }) => from === file).map(({ to }) => to));
  }
  return seen;
}

function withoutTypes(text: string): string {
  return text.replace(/^(import|export) type [^"]*"[^"]*";?$/gm, "");
}

/** Ends of edges, each of which leads to the next, and the last one to the first; null where there are none. */
function circle(edges: readonly Pick<Import, "from" | "to">[]): string[] | null {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    path.push(node);
    for (const to of next.get(node) ?? []) {
      const found = visit(to);
      if (found !== null) return found;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of next.keys()) {
    const found = visit(node);
    if (found !== null) return found;
  }
  return null;
}
