import { join } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import type { Draft } from "./draft.ts";
import { SCRIPT } from "./hook-text.ts";
import { foreignFolder, gitFolder, ownFolder } from "./managers/folder.ts";
import { husky, oldHusky } from "./managers/husky.ts";
import { lefthook } from "./managers/lefthook.ts";
import type { HookManager } from "./managers/manager.ts";
import { preCommit } from "./managers/pre-commit.ts";
import { simpleGitHooks } from "./managers/simple-git-hooks.ts";
import type { Place } from "./place.ts";
import type { InitRecord } from "./record.ts";
import { template } from "./samples.ts";

/** Every way to keep hooks that Baton can join; the first that a repository uses is the one. */
const MANAGERS: readonly HookManager[] = [
  husky,
  ownFolder,
  oldHusky,
  lefthook,
  preCommit,
  simpleGitHooks,
  gitFolder,
  foreignFolder,
];

/** The way in which this repository keeps its hooks. */
export async function managerOf(place: Place): Promise<{ manager: HookManager; home: string }> {
  for (const manager of MANAGERS) {
    const home = await manager.find(place);
    if (home !== null) return { manager, home };
  }
  throw new Error("no way to keep hooks: one of them takes every repository");
}

/** Puts in the script that all hooks share, and our part of each hook. */
export async function addHooks(draft: Draft, place: Place): Promise<Finding[]> {
  const { manager, home } = await managerOf(place);
  const isFirst = (await draft.look(scriptPath(place))).kind === "absent";
  await draft.put(scriptPath(place), await template("hooks.sh"), {
    about: "what the git hooks run",
    isFirst,
  });
  return manager.add(draft, place, home);
}

/** Takes our part out of the hooks of every manager: the repository may have changed over to another since. */
export async function removeHooks(draft: Draft, place: Place, record: InitRecord): Promise<void> {
  for (const manager of MANAGERS) {
    const home = await manager.find(place);
    if (home !== null) await manager.remove(draft, place, home, record);
  }
  // Where no manager is asked any more: hooks from before one was brought in.
  await gitFolder.remove(draft, place, join(place.commonDir, "hooks"), record);
  await draft.put(scriptPath(place), null, { about: "what the git hooks run" });
}

export function scriptPath(place: Place): string {
  return join(place.commonDir, SCRIPT);
}
