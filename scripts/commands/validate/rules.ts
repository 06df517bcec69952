import type { SessionState } from "../../../schema/session-state.ts";
import type { RuleSetting } from "../../gates/gate.ts";
import { filesMatching, listFiles } from "../../git/search.ts";
import { changesSince } from "../../git/since.ts";
import { baseHead } from "../../state/compose.ts";
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
  const base = baseHead(state, place.facts);
  return {
    rules,
    scope: `files changed since ${base === null ? "before the first commit" : base.slice(0, 7)}`,
    widerScope: ALL_FILES,
    files: () => changedFiles(place, base),
  };
}

async function changedFiles(
  { repository, facts, agents }: Workplace,
  base: string | null,
): Promise<string[]> {
  const since = base === facts.head ? null : await changesSince(repository, base);
  const paths = new Set([...(since ?? new Map()).keys(), ...facts.changes.map((change) => change.path)]);
  const isOwn = ownFileTest(agents);
  return [...paths].filter((path) => !isOwn(path)).sort();
}
