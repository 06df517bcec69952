import { basename, join } from "node:path";
import { isMap, isNode, isSeq } from "yaml";
import type { Finding } from "../../../../schema/finding.ts";
import { exists, isInside, readTextIfExists } from "../../../base/files.ts";
import { isObject } from "../../../base/json.ts";
import { HOOKS, type Hook, hookLine, runsScript } from "../hook-text.ts";
import { hasBlock, withoutBlocks } from "../marks.ts";
import type { Place } from "../place.ts";
import { insertYaml, readYaml, startOf } from "../yaml-edit.ts";
import { addHookFiles, removeHookFiles } from "./hook-files.ts";
import type { HookManager } from "./manager.ts";

const NAMES = [".pre-commit-config.yaml", ".pre-commit-config.yml"];

/**
 * pre-commit (pre-commit.com): a list of repositories of hooks, ours as a local one. Only for the kinds of hooks that
 * the config says it installs: with one more, all hooks that name no stage would run there as well.
 * For the other kinds there are files of our own in `.git/hooks`, which it leaves alone.
 */
export const preCommit: HookManager = {
  name: "pre-commit",
  async find({ root }) {
    for (const name of NAMES) if (await exists(join(root, name))) return join(root, name);
    return null;
  },
  async add(draft, place, home) {
    const file = await draft.look(home);
    const whole = file.kind === "text" ? file.text : "";
    const isByHand = !hasBlock(whole) && !kindsIn(whole).some((hook) => !runsScript(whole, hook));
    const text = isByHand ? whole : withLocalHooks(whole);
    const findings: Finding[] = text === null ? [byHand(home, whole)] : [];
    if (file.kind === "text" && text !== null)
      await draft.put(home, text, { about: "git hooks", isFirst: !hasBlock(whole) });
    if (!isInside(place.commonDir, place.hooksFolder)) return findings;
    const others = HOOKS.filter((hook) => !kindsIn(whole).includes(hook));
    const free: Hook[] = [];
    for (const hook of others) if (!(await isInstalled(place, hook))) free.push(hook);
    const options = { mustBeExecutable: true, hooks: free };
    return [...findings, ...(await addHookFiles(draft, place, place.hooksFolder, options))];
  },
  async remove(draft, place, home, record) {
    const file = await draft.look(home);
    if (file.kind === "text") await draft.put(home, withoutBlocks(file.text), { about: "git hooks" });
    if (isInside(place.commonDir, place.hooksFolder))
      await removeHookFiles(draft, place, place.hooksFolder, record);
  },
  async check(place, home) {
    const kinds = kindsIn((await readTextIfExists(home)) ?? "");
    const missing: Hook[] = [];
    for (const hook of kinds) if (!(await isInstalled(place, hook))) missing.push(hook);
    const findings: Finding[] = [];
    if (missing.length > 0) {
      findings.push({
        level: "fail",
        message: `pre-commit has not put its hooks into this clone: ${missing.join(", ")}.`,
        fix: `pre-commit install ${missing.map((hook) => `--hook-type ${hook}`).join(" ")}`,
      });
    }
    for (const hook of HOOKS) {
      if (kinds.includes(hook) || !(await isInstalled(place, hook))) continue;
      findings.push({
        level: "warn",
        message: `pre-commit runs ${hook} in this clone, but its config does not say so, and Baton is not in it.`,
        fix: `Add ${hook} to default_install_hook_types in ${basename(home)}, then: baton init`,
      });
    }
    return findings;
  },
};

async function isInstalled(place: Place, hook: Hook): Promise<boolean> {
  const text = (await readTextIfExists(join(place.hooksFolder, hook))) ?? "";
  return /pre-commit\.com|pre_commit/.test(text);
}

/** The kinds of hooks that the config has pre-commit install. */
function kindsIn(text: string): Hook[] {
  const config: unknown = readYaml(text)?.toJS();
  const named = isObject(config) ? config.default_install_hook_types : undefined;
  return HOOKS.filter((hook) => (Array.isArray(named) ? named.includes(hook) : hook === "pre-commit"));
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

function localHooks(kinds: readonly Hook[]): LocalHook[] {
  return kinds.map((hook) => ({
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

function entryLines(kinds: readonly Hook[]): string[] {
  return [
    "- repo: local",
    "  hooks:",
    ...localHooks(kinds).flatMap((hook) => [
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
  const kinds = kindsIn(text);
  if (kinds.length === 0) return text;
  wanted.repos.unshift({ repo: "local", hooks: localHooks(kinds) });
  return insertYaml(text, [{ offset: first, lines: entryLines(kinds) }], wanted);
}

function byHand(home: string, text: string): Finding {
  const kinds = kindsIn(text);
  return {
    level: "warn",
    message: `${basename(home)} is not written in a way that Baton can add to. Add this under "repos":`,
    fix: entryLines(kinds.length > 0 ? kinds : ["pre-commit"]).join("\n"),
  };
}
