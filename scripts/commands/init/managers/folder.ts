import { join, relative } from "node:path";
import type { Finding } from "../../../../schema/finding.ts";
import { isInside } from "../../../base/files.ts";
import { HOOKS, hookLine, runsScript } from "../hook-text.ts";
import type { Place } from "../place.ts";
import { addHookFiles, removeHookFiles } from "./hook-files.ts";
import type { HookManager } from "./manager.ts";

const files: Pick<HookManager, "add" | "remove" | "check"> = {
  add: (draft, place, home) => addHookFiles(draft, place, home, { mustBeExecutable: true }),
  remove: removeHookFiles,
  check: async () => [],
};

/** Hooks as files in a folder of the repository that `core.hooksPath` names. */
export const ownFolder: HookManager = {
  ...files,
  name: "core.hooksPath",
  find: async (place) => (place.isHooksPathSet && isOwn(place) ? place.hooksFolder : null),
};

/** Hooks as files in `.git/hooks`, shared by all working trees. */
export const gitFolder: HookManager = {
  ...files,
  name: "git",
  find: async (place) => (isOwn(place) ? place.hooksFolder : null),
};

/** A folder outside, such as one for all repositories of a person: not ours to write into. */
export const foreignFolder: HookManager = {
  name: "core.hooksPath outside of the repository",
  find: async (place) => place.hooksFolder,
  async add(draft, place, home) {
    if (home === "/dev/null" || home === place.root) {
      return [{ level: "info", message: "core.hooksPath switches git hooks off here, so Baton has none." }];
    }
    const lines: string[] = [];
    for (const hook of HOOKS) {
      const file = await draft.look(join(home, hook));
      if (file.kind !== "text" || !runsScript(file.text, hook)) lines.push(`${hook}: ${hookLine(hook)}`);
    }
    if (lines.length === 0) return [];
    const finding: Finding = {
      level: "warn",
      message: `core.hooksPath has git run hooks from ${place.hooksFolder}, outside of this repository. To have Baton's there, add to these hooks:`,
      fix: lines.join("\n"),
    };
    return [finding];
  },
  remove: async () => {},
  check: async () => [],
};

function isOwn({ root, commonDir, hooksFolder }: Place): boolean {
  return (
    (isInside(root, hooksFolder) || isInside(commonDir, hooksFolder)) && relative(root, hooksFolder) !== ""
  );
}
