import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Reason } from "../../../schema/session-state.ts";
import { EXIT, errorCode, UserError } from "../../base/errors.ts";
import { type ReadOptions, readTextIfExists } from "../../base/files.ts";
import { HOW_TO_INSTALL, packageRoot } from "../../base/package.ts";

export interface LoadedTemplate {
  template: string;
  parts: Record<string, string>;
  /** Where the template was found. */
  path: string;
}

/**
 * The template for a situation: the first that there is of `<reason>.<agent>.md`, `<reason>.md`, `general.<agent>.md`
 * and `general.md`. Of each, the repository's own in `.baton/templates/` comes before Baton's.
 */
export async function loadTemplate(
  root: string,
  reason: Reason | null,
  forAgent: string | null,
): Promise<LoadedTemplate> {
  const folders = [join(root, ".baton", "templates"), join(packageRoot(), "templates", "briefs")];
  const parts: Record<string, string> = {};
  // What a repository brings must lie in it; Baton's own may lie anywhere.
  const optionsFor = (folder: string) => (folder === folders[0] ? { within: root } : {});
  // The repository's own parts are read last, so that they win.
  for (const folder of folders.toReversed())
    Object.assign(parts, await readFolder(folder, optionsFor(folder)));
  for (const name of names(reason, forAgent)) {
    for (const folder of folders) {
      const path = join(folder, `${name}.md`);
      const template = await readTextIfExists(path, optionsFor(folder));
      if (template !== null) return { template, parts, path };
    }
  }
  throw new UserError(
    `The brief templates of Baton are missing from ${folders[1]}.`,
    `Install it again. ${HOW_TO_INSTALL}`,
    EXIT.failed,
  );
}

function names(reason: Reason | null, forAgent: string | null): string[] {
  const situations = reason === null ? ["general"] : [reason, "general"];
  return situations.flatMap((name) => (forAgent === null ? [name] : [`${name}.${forAgent}`, name]));
}

async function readFolder(folder: string, options: ReadOptions): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of await filesIn(folder)) {
    if (!name.endsWith(".md")) continue;
    const text = await readTextIfExists(join(folder, name), options);
    if (text !== null) texts[name.slice(0, -".md".length)] = text;
  }
  return texts;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw error;
  }
}
