import type { GateDetail } from "../../../schema/session-state.ts";
import type { Ground } from "../../gates/judge.ts";
import { filesChangedBetween } from "../../git/tree.ts";
import type { Workplace } from "../shared/workplace.ts";

/** What `details` are held against when the working tree is `tree`. */
export async function groundFor(
  { repository, config }: Workplace,
  details: Readonly<Record<string, GateDetail>>,
  tree: string,
): Promise<Ground> {
  const trees = new Set(Object.values(details).flatMap((detail) => detail.tree ?? []));
  const changed = await Promise.all(
    [...trees].map(
      async (was): Promise<[string, string[] | null]> => [
        was,
        await filesChangedBetween(repository, was, tree),
      ],
    ),
  );
  return { tree, changedSince: new Map(changed), dependsOn: await dependencies(config.gates ?? {}) };
}

async function dependencies(gates: NonNullable<Workplace["config"]["gates"]>): Promise<Ground["dependsOn"]> {
  const limited = Object.entries(gates).filter(([, gate]) => gate.files !== undefined);
  if (limited.length === 0) return new Map();
  const { globMatcher } = await import("../../gates/globs.ts");
  return new Map(limited.map(([name, gate]) => [name, globMatcher(gate.files ?? [])]));
}
