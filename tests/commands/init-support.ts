import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { type Answer, run } from "../support/cli.ts";
import type { Repo } from "../support/repo.ts";

/** Runs `baton init`. */
export function baton(
  here: Repo,
  {
    dryRun = false,
    remove = false,
    cwd = here.root,
  }: { dryRun?: boolean; remove?: boolean; cwd?: string } = {},
): Promise<Answer> {
  return run(here, ["init", ...(dryRun ? ["--dry-run"] : []), ...(remove ? ["--remove"] : [])], { cwd });
}

/** Every file of the working tree and of the git folder's own parts, with its mode and content. */
export function snapshot(here: Repo): Record<string, string> {
  const files: Record<string, string> = {};
  const gitDir = here.git("rev-parse", "--path-format=absolute", "--git-common-dir");
  collect(here.root, "", files);
  for (const folder of ["hooks", "baton"]) collect(join(gitDir, folder), `.git/${folder}/`, files);
  return files;
}

function collect(folder: string, prefix: string, files: Record<string, string>): void {
  for (const entry of namesIn(folder)) {
    const path = join(folder, entry);
    const stat = lstatSync(path);
    if (entry === ".git" || entry.endsWith(".sample")) continue;
    if (stat.isSymbolicLink()) files[prefix + entry] = `-> ${readlinkSync(path)}`;
    else if (stat.isDirectory()) collect(path, `${prefix}${entry}/`, files);
    else files[prefix + entry] = `${(stat.mode & 0o777).toString(8)} ${readFileSync(path, "latin1")}`;
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
