import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isUserError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { readState } from "./migrate.ts";
import { workElsewhere } from "./session-files.ts";

// What stands for the commit of a branch that was not checked out when the state was saved.
const NOT_KNOWN = "-";

/**
 * What the git hooks know of a saved state: four or five lines in `<git dir>/baton/saved/<agent>`, because a shell
 * script can read lines without starting anything, and JSON it cannot. The lines: the state file, the branch that
 * the session's work is on (empty when detached), its commit (empty before the first one, `-` when not known), the
 * checks that are not good, and `done` for a session that is done with: of that one only the file must be known,
 * since it must not be committed.
 * Where it cannot be written there is none, and the hooks keep silent: the state itself has been saved.
 */
export async function writeMarker(
  folder: string,
  place: { agent: string; file: string },
  text: string,
): Promise<void> {
  const read = readState(text, place.agent);
  if (read === null || "newer" in read) return;
  const { git, session, validation } = read.state;
  const notGood = Object.entries(validation)
    .filter(([, result]) => result === "fail" || result === "stale")
    .map(([gate, result]) => `${gate}=${result}`);
  const isDone = session?.state === "retired" || session?.state === "archived";
  const elsewhere = workElsewhere(read.state);
  // A detached HEAD has a commit, and no branch.
  const [branch, head] =
    elsewhere === null
      ? [git.branch ?? "", git.head ?? ""]
      : "branch" in elsewhere
        ? [elsewhere.branch, NOT_KNOWN]
        : ["", elsewhere.commit];
  const lines = [place.file, branch, head, notGood.join(","), ...(isDone ? ["done"] : [])];
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
  for (const name of [place.agent, `${place.agent}.said`]) await rm(join(folder, name), { force: true });
}
