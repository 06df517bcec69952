import { basename, join } from "node:path";
import { type Document, isMap, isNode, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Finding } from "../../../../schema/finding.ts";
import { exists, readTextIfExists } from "../../../base/files.ts";
import { isObject } from "../../../base/json.ts";
import { HOOKS, type Hook, hookLine, hooksNotIn, runsScript } from "../hook-text.ts";
import { hasBlock, withoutBlocks } from "../marks.ts";
import { type Place, runnable } from "../place.ts";
import { type Insertion, insertYaml, readYaml, startOf } from "../yaml-edit.ts";
import type { HookManager } from "./manager.ts";

const FILES = ["yml", "yaml", "toml", "json"].flatMap((end) => [
  `lefthook.${end}`,
  `.lefthook.${end}`,
  `.config/lefthook.${end}`,
]);

/** lefthook: hooks as maps of commands, or lists of jobs, in `lefthook.yml`. */
export const lefthook: HookManager = {
  name: "lefthook",
  async find({ root }) {
    for (const name of FILES) if (await exists(join(root, name))) return join(root, name);
    return null;
  },
  async add(draft, place, home) {
    const file = await draft.look(home);
    const whole = file.kind === "text" ? file.text : "";
    const missing = hooksNotIn(whole);
    if (missing.length === 0 && !hasBlock(whole)) return [];
    const text = /\.ya?ml$/.test(home) ? withHooks(whole) : null;
    if (text === null || file.kind !== "text") return [byHand(place, home, missing)];
    await draft.put(home, text, { about: "git hooks", isFirst: !hasBlock(whole) });
    return [];
  },
  async remove(draft, _place, home) {
    const file = await draft.look(home);
    if (file.kind === "text") await draft.put(home, withoutBlocks(file.text), { about: "git hooks" });
  },
  async check(place, home) {
    const config = (await readTextIfExists(home)) ?? "";
    for (const hook of HOOKS) {
      const file = (await readTextIfExists(join(place.hooksFolder, hook))) ?? "";
      if (runsScript(config, hook) && !file.includes("lefthook")) return [notInstalled(place)];
    }
    return [];
  },
};

function notInstalled(place: Place): Finding {
  return {
    level: "fail",
    message: "lefthook has not put its hooks into this clone.",
    fix: `${runnable(place, "lefthook")} install`,
  };
}

function byHand(place: Place, home: string, hooks: readonly Hook[]): Finding {
  return {
    level: "warn",
    message: `${basename(home)} is not written in a way that Baton can add to. Add these, then run ${runnable(place, "lefthook")} install:`,
    fix: hooks
      .map((hook) => [`${hook}:`, "  commands:", ...command(hook).map((line) => `    ${line}`)].join("\n"))
      .join("\n"),
  };
}

function command(hook: Hook): string[] {
  return ["baton:", `  run: ${hookLine(hook, "{0}")}`];
}

/** The config with our command in each hook, or null where that cannot be done without touching anything else. */
function withHooks(whole: string): string | null {
  const text = withoutBlocks(whole);
  const document = readYaml(text);
  if (document === null) return null;
  const wanted: unknown = document.toJS() ?? {};
  if (!isObject(wanted)) return null;
  const insertions: Insertion[] = [];
  const last: string[] = [];
  for (const hook of HOOKS) {
    const there = wanted[hook];
    const run = hookLine(hook, "{0}");
    if (runsScript(JSON.stringify(there) ?? "", hook)) continue;
    if (there === undefined) {
      last.push(`${hook}:`, "  commands:", ...command(hook).map((line) => `    ${line}`));
      wanted[hook] = { commands: { baton: { run } } };
      continue;
    }
    if (!isObject(there)) return null;
    const insertion = insertionInto(document, hook);
    if (insertion === null) return null;
    insertions.push(insertion);
    if (Array.isArray(there.jobs)) there.jobs.unshift({ name: "baton", run });
    else if (isObject(there.commands)) there.commands.baton = { run };
    else there.commands = { baton: { run } };
  }
  if (last.length > 0) insertions.push({ offset: text.length, lines: last });
  return insertYaml(text, insertions, wanted);
}

/** Our command as the first of a hook that is there already. */
function insertionInto(document: Document, hook: Hook): Insertion | null {
  const map = document.get(hook);
  if (!isMap(map)) return null;
  const jobs = map.get("jobs");
  if (isSeq(jobs)) {
    const offset = startOf(isNode(jobs.items[0]) ? jobs.items[0] : null);
    return offset === null ? null : { offset, lines: ["- name: baton", `  run: ${hookLine(hook, "{0}")}`] };
  }
  const commands = map.get("commands");
  if (isMap(commands)) {
    const offset = firstKey(commands);
    return offset === null ? null : { offset, lines: command(hook) };
  }
  const offset = firstKey(map);
  return offset === null
    ? null
    : { offset, lines: ["commands:", ...command(hook).map((line) => `  ${line}`)] };
}

function firstKey(map: YAMLMap): number | null {
  const key = map.items[0]?.key;
  return isScalar(key) ? startOf(key) : null;
}
