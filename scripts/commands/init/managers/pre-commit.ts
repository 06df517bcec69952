import { join } from "node:path";
import { isMap, isNode, isSeq } from "yaml";
import type { Finding } from "../../../../schema/finding.ts";
import { exists, readTextIfExists } from "../../../base/files.ts";
import { HOOKS, type Hook, hookLine } from "../hook-text.ts";
import { hasBlock, withoutBlocks } from "../marks.ts";
import { isObject, type Place } from "../place.ts";
import { insertYaml, readYaml, startOf } from "../yaml-edit.ts";
import type { HookManager } from "./manager.ts";

const NAMES = [".pre-commit-config.yaml", ".pre-commit-config.yml"];

/** pre-commit (pre-commit.com): a list of repositories of hooks, ours as a local one. */
export const preCommit: HookManager = {
  name: "pre-commit",
  async find({ root }) {
    for (const name of NAMES) if (await exists(join(root, name))) return join(root, name);
    return null;
  },
  async add(draft, _place, home) {
    const file = await draft.look(home);
    const text = file.kind === "text" ? withLocalHooks(file.text) : null;
    if (text === null || file.kind !== "text") return [byHand(home)];
    await draft.put(home, text, { about: "git hooks", isFirst: !hasBlock(file.text) });
    return [];
  },
  async remove(draft, _place, home) {
    const file = await draft.look(home);
    if (file.kind === "text") await draft.put(home, withoutBlocks(file.text), { about: "git hooks" });
  },
  async check(place) {
    const missing: Hook[] = [];
    for (const hook of HOOKS) if (!(await isInstalled(place, hook))) missing.push(hook);
    return missing.length === 0
      ? []
      : [
          {
            level: "fail",
            message: `pre-commit has not put these hooks into this clone: ${missing.join(", ")}.`,
            fix: `pre-commit install ${missing.map((hook) => `--hook-type ${hook}`).join(" ")}`,
          },
        ];
  },
};

async function isInstalled(place: Place, hook: Hook): Promise<boolean> {
  return /pre[-_]commit/.test((await readTextIfExists(join(place.hooksFolder, hook))) ?? "");
}

/** What pre-commit knows of a hook's arguments it puts into variables; only these two change anything for us. */
const ARGUMENTS: Partial<Record<Hook, string>> = {
  "post-checkout": '"" "" "$PRE_COMMIT_CHECKOUT_TYPE"',
  "post-rewrite": '"$PRE_COMMIT_REWRITE_COMMAND"',
};

interface LocalHook {
  id: string;
  name: string;
  entry: string;
  language: string;
  always_run: boolean;
  pass_filenames: boolean;
  verbose: boolean;
  stages: string[];
}

function localHooks(): LocalHook[] {
  return HOOKS.map((hook) => ({
    id: `baton-${hook}`,
    name: "saved agent sessions",
    entry: `sh -c '${hookLine(hook, ARGUMENTS[hook] ?? "").replaceAll("'", "'\\''")}'`,
    language: "system",
    always_run: true,
    pass_filenames: false,
    // Otherwise a warning that stops nothing would not be shown.
    verbose: hook !== "pre-commit",
    stages: [hook],
  }));
}

function entryLines(): string[] {
  return [
    "- repo: local",
    "  hooks:",
    ...localHooks().flatMap((hook) => [
      `    - id: ${hook.id}`,
      `      name: ${hook.name}`,
      "      entry: >-",
      `        ${hook.entry}`,
      `      language: ${hook.language}`,
      `      always_run: ${hook.always_run}`,
      `      pass_filenames: ${hook.pass_filenames}`,
      `      verbose: ${hook.verbose}`,
      `      stages: [${hook.stages.join(", ")}]`,
    ]),
  ];
}

/** The config with our entry as the first, or null where that cannot be done without touching anything else. */
function withLocalHooks(whole: string): string | null {
  const text = withoutBlocks(whole);
  const document = readYaml(text);
  const wanted: unknown = document?.toJS();
  if (document === null || !isMap(document.contents) || !isObject(wanted)) return null;
  const repos = document.contents.get("repos");
  if (!isSeq(repos) || !Array.isArray(wanted.repos)) return null;
  const first = startOf(isNode(repos.items[0]) ? repos.items[0] : null);
  if (first === null) return null;
  wanted.repos.unshift({ repo: "local", hooks: localHooks() });
  return insertYaml(text, [{ offset: first, lines: entryLines() }], wanted);
}

function byHand(home: string): Finding {
  return {
    level: "warn",
    message: `${home} is not written in a way that Baton can add to. Add this under "repos":`,
    fix: entryLines().join("\n"),
  };
}
