import { readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { errorCode } from "../base/errors.ts";
import { isInside, readTextIfExists } from "../base/files.ts";
import type { Project, RuleSetting } from "./gate.ts";

const LOCK_FILES: readonly [file: string, runner: Project["scriptRunner"]][] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
];

const PYTHON_ENVIRONMENTS = [".venv/bin", "venv/bin", ".venv/Scripts", "venv/Scripts"];

const TELLING_TEXTS = [
  "tsconfig.json",
  "pyproject.toml",
  "setup.cfg",
  "tox.ini",
  "GNUmakefile",
  "makefile",
  "Makefile",
];

/**
 * Reads what the gates need to know about the project at `root`, for a person who is in the folder `from` of it.
 * Runs nothing.
 */
export async function readProject(root: string, rules: RuleSetting, from = root): Promise<Project> {
  const [names, manifest, programs, nearest, ...tests] = await Promise.all([
    readdir(root),
    readManifest(root, root),
    installedPrograms(root),
    nearestPackage(root, from),
    namesIn(join(root, "tests")),
    namesIn(join(root, "test")),
  ]);
  const there = new Set(names);
  const texts = await Promise.all(
    TELLING_TEXTS.filter((name) => there.has(name)).map(
      async (name): Promise<[string, string]> => [
        name,
        (await readTextIfExists(join(root, name), { within: root })) ?? "",
      ],
    ),
  );
  return {
    root,
    names: there,
    scripts: manifest?.scripts ?? {},
    testNames: new Set(tests.flat()),
    package: nearest,
    scriptRunner:
      LOCK_FILES.find(([file]) => there.has(file))?.[1] ??
      runnerNamedIn(manifest?.packageManager ?? "") ??
      "npm",
    programs,
    texts: new Map(texts),
    rules,
  };
}

interface Manifest {
  scripts: Record<string, string>;
  packageManager: string;
}

/** The package.json nearest to `from`, below `root`; null where the one of the root is the nearest. */
async function nearestPackage(root: string, from: string): Promise<Project["package"]> {
  for (let folder = from; folder !== root && isInside(root, folder); folder = dirname(folder)) {
    const manifest = await readManifest(folder, root);
    if (manifest !== null) {
      return { folder: relative(root, folder).replaceAll("\\", "/"), scripts: manifest.scripts };
    }
  }
  return null;
}

/** Null where there is no such file. */
async function readManifest(folder: string, root: string): Promise<Manifest | null> {
  const manifest = { scripts: {}, packageManager: "" };
  const text = await readTextIfExists(join(folder, "package.json"), { within: root });
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // A broken package.json is npm's to complain about; to us it says nothing.
    if (error instanceof SyntaxError) return manifest;
    throw error;
  }
  if (typeof json !== "object" || json === null) return manifest;
  const scripts = "scripts" in json && typeof json.scripts === "object" ? (json.scripts ?? {}) : {};
  return {
    scripts: Object.fromEntries(Object.entries(scripts).filter(([, script]) => typeof script === "string")),
    packageManager:
      "packageManager" in json && typeof json.packageManager === "string" ? json.packageManager : "",
  };
}

function runnerNamedIn(packageManager: string): Project["scriptRunner"] | undefined {
  return LOCK_FILES.map(([, runner]) => runner).find((runner) => packageManager.startsWith(`${runner}@`));
}

// In a workspace the programs may be installed in a folder further up.
async function installedPrograms(root: string): Promise<Map<string, string>> {
  const folders = PYTHON_ENVIRONMENTS.map((folder) => join(root, folder));
  for (let folder = root; ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (folder === dirname(folder)) break;
  }
  const programs = new Map<string, string>();
  const listings = await Promise.all(folders.map(namesIn));
  for (const [i, folder] of folders.entries()) {
    for (const name of listings[i] ?? []) {
      if (!programs.has(name)) programs.set(name, relative(root, join(folder, name)).replaceAll("\\", "/"));
    }
  }
  return programs;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
