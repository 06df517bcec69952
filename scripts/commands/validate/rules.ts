import type { SessionState } from "../../../schema/session-state.ts";
import type { RuleSetting } from "../../gates/gate.ts";
import { filesMatching, listFiles } from "../../git/search.ts";
import { changesSince } from "../../git/since.ts";
import { workBefore } from "../../state/session-files.ts";
import { workOf } from "../shared/gather.ts";
import { ownFileTest, type Workplace } from "../shared/workplace.ts";

/** What rules are said to be held against when it is all files. */
const ALL_FILES = "all files";

/**
 * The rules of the config, and the files that they are held against: all, or those that have changed since the
 * session of `state` began (without one, the uncommitted ones).
 */
export function rulesOf(place: Workplace, state: SessionState | null, all: boolean): RuleSetting {
  const rules = place.config.rules ?? [];
  const isOwn = ownFileTest(place.agents);
  const others = (paths: readonly string[]) => paths.filter((path) => !isOwn(path));
  if (all) {
    return {
      rules,
      scope: ALL_FILES,
      files: async () => others(await listFiles(place.repository)),
      async filesWith(patterns, signal) {
        const found = await filesMatching(place.repository, patterns, signal);
        return found === null ? null : others(found);
      },
    };
  }
  return {
    rules,
    scope: "the files of this session",
    widerScope: ALL_FILES,
    files: () => sessionFiles(place, state),
  };
}

async function sessionFiles(place: Workplace, state: SessionState | null): Promise<string[]> {
  if (state === null) return place.facts.changes.map(({ path }) => path).sort();
  const now = new Date(Date.parse(state.timestamp) || 0);
  const question = { startedAt: null, recordedHead: null, now, previous: workBefore(state) };
  const work = await workOf(place, question);
  // Where it is not known what the session committed, too many files are better than too few.
  const wider = work.commits === null ? await changesSince(place.repository, work.base) : null;
  const isOwn = ownFileTest(place.agents);
  return [...new Set([...work.files.keys(), ...(wider?.keys() ?? [])])].filter((path) => !isOwn(path)).sort();
}
