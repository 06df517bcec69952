import type { Line } from "../../../schema/report.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { list } from "../../base/text.ts";
import { excludeLocally, notIgnored, ruleFor } from "../../git/ignore.ts";
import { asGitSees, privateFiles, type Workplace } from "./workplace.ts";

/**
 * A state is private: before the first one is written, git is told not to look at it, in this clone alone.
 * Where rules cover it already, as after `baton init`, nothing happens.
 */
export async function keepPrivate(
  place: Pick<Workplace, "repository">,
  agents: readonly AgentAdapter[],
): Promise<Line[]> {
  const files = agents.flatMap((agent) => privateFiles(asGitSees(place.repository.root, agent)));
  // What is set aside of a file, and what a killed writer leaves, has a suffix after a dot.
  const names = files.flatMap((file) => [file, `${file}.tmp`]);
  const notYet = names.length === 0 ? [] : await notIgnored(place.repository, names);
  const open = files.filter((file) => notYet.includes(file) || notYet.includes(`${file}.tmp`));
  if (open.length === 0) return [];
  await excludeLocally(
    place.repository,
    open.flatMap((file) => [ruleFor(file), `${ruleFor(file)}.*`]),
  );
  return [
    {
      kind: "note",
      text: `git now ignores ${list(open)} in this clone (.git/info/exclude). For everybody: baton init`,
    },
  ];
}
