import { basename, join } from "node:path";
import type { Finding } from "../../../../schema/finding.ts";
import { exists, readTextIfExists } from "../../../base/files.ts";
import { isObject } from "../../../base/json.ts";
import { HOOKS, type Hook, hookLine, hooksNotIn, runsScript } from "../hook-text.ts";
import { editJson, parseObject } from "../json-edit.ts";
import type { Place } from "../place.ts";
import type { HookManager } from "./manager.ts";

// In the order in which simple-git-hooks looks for them; package.json comes last.
const SCRIPTED = ["cjs", "js", "mjs"].flatMap((end) => [
  `.simple-git-hooks.${end}`,
  `simple-git-hooks.${end}`,
]);
const WRITTEN = [".simple-git-hooks.json", "simple-git-hooks.json"];

// Our line as this version or another wrote it, alone or before the person's own.
const OURS =
  /^f=\$\(git rev-parse --git-common-dir\)\/baton\/hooks\.sh;.*?<\/dev\/null(?: \|\| exit 1)?(?:; |$)/;

/** simple-git-hooks: one command for each hook, in JSON, from which it writes `.git/hooks` anew. */
export const simpleGitHooks: HookManager = {
  name: "simple-git-hooks",
  async find({ root, manifest }) {
    for (const name of [...SCRIPTED, ...WRITTEN]) if (await exists(join(root, name))) return join(root, name);
    return isObject(manifest?.["simple-git-hooks"]) ? join(root, "package.json") : null;
  },
  async add(draft, _place, home) {
    const file = await draft.look(home);
    if (file.kind !== "text" || !home.endsWith(".json")) {
      return byHand(home, hooksNotIn(file.kind === "text" ? file.text : ""));
    }
    const commands = commandsIn(file.text, home);
    let text = file.text;
    for (const hook of HOOKS) {
      const own = ownPart(commands[hook]);
      if (own === null || runsScript(own, hook)) continue;
      text = editJson(text, pathOf(home, hook), own === "" ? hookLine(hook) : `${hookLine(hook)}; ${own}`);
    }
    const isFirst = !HOOKS.some((hook) => OURS.test(String(commands[hook])));
    await draft.put(home, text, { about: "git hooks", isFirst });
    return [];
  },
  async remove(draft, _place, home) {
    const file = await draft.look(home);
    if (file.kind !== "text" || !home.endsWith(".json")) return;
    const commands = commandsIn(file.text, home);
    let text = file.text;
    for (const hook of HOOKS) {
      const command = commands[hook];
      if (typeof command !== "string" || !OURS.test(command)) continue;
      text = editJson(text, pathOf(home, hook), ownPart(command) || undefined);
    }
    await draft.put(home, text, { about: "git hooks" });
  },
  async check(place, home) {
    const config = (await readTextIfExists(home)) ?? "";
    for (const hook of HOOKS) {
      if (!runsScript(config, hook) || (await isWritten(place, hook))) continue;
      const finding: Finding = {
        level: "fail",
        message: "simple-git-hooks has not written the hooks anew since its config changed.",
        fix: "npx simple-git-hooks",
      };
      return [finding];
    }
    return [];
  },
};

async function isWritten(place: Place, hook: Hook): Promise<boolean> {
  return runsScript((await readTextIfExists(join(place.hooksFolder, hook))) ?? "", hook);
}

function commandsIn(text: string, home: string): Record<string, unknown> {
  const whole = parseObject(text, home);
  const commands = home.endsWith("package.json") ? whole["simple-git-hooks"] : whole;
  return isObject(commands) ? commands : {};
}

function pathOf(home: string, hook: string): string[] {
  return home.endsWith("package.json") ? ["simple-git-hooks", hook] : [hook];
}

/** The person's own part of a command; empty when there is none, null when it is nothing that can be added to. */
function ownPart(command: unknown): string | null {
  if (command === undefined) return "";
  return typeof command === "string" ? command.replace(OURS, "") : null;
}

function byHand(home: string, hooks: readonly Hook[]): Finding[] {
  if (hooks.length === 0) return [];
  return [
    {
      level: "warn",
      message: `${basename(home)} is not JSON, so Baton does not edit it. Add to its hooks, then run npx simple-git-hooks:`,
      fix: hooks.map((hook) => `${hook}: ${hookLine(hook)}`).join("\n"),
    },
  ];
}
