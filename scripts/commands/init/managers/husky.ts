import { basename, dirname, join } from "node:path";
import type { Finding } from "../../../../schema/finding.ts";
import { exists, isInside } from "../../../base/files.ts";
import { isObject } from "../../../base/json.ts";
import { hookLine, hooksNotIn } from "../hook-text.ts";
import { dependsOn, type Place } from "../place.ts";
import { addHookFiles, removeHookFiles } from "./hook-files.ts";
import type { HookManager } from "./manager.ts";

/** husky 5 and later: hooks are files in `.husky/`, those in `.husky/_` are its own. */
export const husky: HookManager = {
  name: "husky",
  async find(place) {
    const { hooksFolder: folder, isHooksPathSet, root } = place;
    if (isHooksPathSet && isInside(root, folder)) {
      // husky 9 has git run `.husky/_/<hook>`, older ones `.husky/<hook>` itself.
      if (basename(folder) === "_" && (await isHuskys(folder))) return dirname(folder);
      return basename(folder) === ".husky" ? folder : null;
    }
    if (isOld(place) || !isWanted(place)) return null;
    return join(root, folderIn(place) ?? ".husky");
  },
  add(draft, place, home) {
    // husky 9 gives its files to sh, whatever their mode.
    return addHookFiles(draft, place, home, { mustBeExecutable: place.hooksFolder === home });
  },
  remove: removeHookFiles,
  async check(place, home) {
    const active = place.isHooksPathSet && isInside(home, place.hooksFolder);
    // Ignored by git, so that each new working tree begins without it.
    if (active && (await exists(place.hooksFolder))) return [];
    return [
      {
        level: "fail",
        message: `husky is not active in this working tree: ${active ? `${place.hooksFolder} is missing` : "core.hooksPath does not point to it"}, so git runs no hook.`,
        fix: "npx husky",
      },
    ];
  },
};

/** A missing folder is husky's as well: it was named by its config, and is not made yet in this working tree. */
async function isHuskys(folder: string): Promise<boolean> {
  return (
    !(await exists(folder)) || (await exists(join(folder, "husky.sh"))) || (await exists(join(folder, "h")))
  );
}

function isWanted(place: Place): boolean {
  return dependsOn(place, "husky") || /\bhusky\b/.test(prepareScript(place));
}

function prepareScript({ manifest }: Place): string {
  const scripts = manifest?.scripts;
  return isObject(scripts) && typeof scripts.prepare === "string" ? scripts.prepare : "";
}

/** `husky <folder>`, or `husky install <folder>` as it was before version 9. */
function folderIn(place: Place): string | null {
  const word = /\bhusky(?:\s+install)?\s+(\.?[\w][\w./-]*)/.exec(prepareScript(place))?.[1];
  return word === undefined || word === "install" || word.includes("..") ? null : word;
}

function isOld({ manifest }: Place): boolean {
  return isObject(manifest?.husky) && isObject(manifest.husky.hooks);
}

/** husky 4 and before: commands in package.json. */
export const oldHusky: HookManager = {
  name: "husky 4",
  async find(place) {
    if (isOld(place)) return join(place.root, "package.json");
    for (const name of [".huskyrc", ".huskyrc.json"])
      if (await exists(join(place.root, name))) return join(place.root, name);
    return null;
  },
  async add(draft, _place, home) {
    const file = await draft.look(home);
    const hooks = hooksNotIn(file.kind === "text" ? file.text : "");
    if (hooks.length === 0) return [];
    const finding: Finding = {
      level: "warn",
      message: `husky 4 keeps its hooks in ${basename(home)}, which Baton does not edit. Add these there, or move to husky 9:`,
      fix: hooks.map((hook) => `${hook}: ${hookLine(hook)}`).join("\n"),
    };
    return [finding];
  },
  remove: async () => {},
  check: async () => [],
};
