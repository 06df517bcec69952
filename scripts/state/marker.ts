import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isUserError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { readState } from "./migrate.ts";

/**
 * What the git hooks know of a saved state: four lines in `<git dir>/baton/saved/<agent>`, because a shell
 * script can read lines without starting anything, and JSON it cannot. The lines: the state file, the branch
 * (empty when detached), HEAD (empty before the first commit), and the checks that are not good.
 * Where it cannot be written there is none, and the hooks keep silent: the state itself has been saved.
 */
export async function writeMarker(
  folder: string,
  place: { agent: string; file: string },
  text: string,
): Promise<void> {
  const read = readState(text, place.agent);
  if (read === null || "newer" in read) return;
  const { git, validation } = read.state;
  const notGood = Object.entries(validation)
    .filter(([, result]) => result === "fail" || result === "stale")
    .map(([gate, result]) => `${gate}=${result}`);
  const lines = [place.file, git.branch ?? "", git.head ?? "", notGood.join(",")];
  try {
    await writeFileAtomic(join(folder, place.agent), `${lines.join("\n")}\n`, {
      mode: 0o600,
      isDurable: false,
    });
    // What the hooks have said is about the old state.
    await rm(join(folder, `${place.agent}.said`), { force: true });
  } catch (error) {
    if (!isUserError(error)) throw error;
    await clearMarker(folder, place).catch(() => {});
  }
}

export async function clearMarker(folder: string, place: { agent: string }): Promise<void> {
  await rm(join(folder, place.agent), { force: true });
}
