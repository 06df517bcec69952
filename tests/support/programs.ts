import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./repo.ts";

/** A folder for the PATH with programs of these names. Each prints the folder that it is in, and its arguments. */
export function programs(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names)
    writeFileSync(join(folder, name), '#!/bin/sh\npwd\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  return folder;
}
