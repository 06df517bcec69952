import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Everything in a folder, git's own folder included: path → content. Two of them are equal when nothing was written. */
export function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    const path = join(folder, name);
    const info = lstatSync(path);
    const content = info.isSymbolicLink()
      ? readlinkSync(path)
      : info.isFile()
        ? readFileSync(path, "latin1")
        : "";
    found[name] = `${info.mode.toString(8)} ${content}`;
  }
  return found;
}
