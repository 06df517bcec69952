import { join, posix } from "node:path";
import type { Config } from "../../../schema/config.ts";
import type { FileChange, GitFacts } from "../../../schema/git-facts.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { realPlace, sweepTemporaries } from "../../base/files.ts";
import { beginMeasuring } from "../../git/facts.ts";
import type { Repository } from "../../git/repository.ts";
import { openStore, type StatePlace, type StateStore } from "../../state/store.ts";
import type { World } from "../command.ts";

/** The repository that a command works in, as it is now. */
export interface Workplace {
  repository: Repository;
  /** Without Baton's own files. */
  facts: GitFacts;
  /** True when git sees one of those files as untracked, so that `git add` would take it. */
  isExposed: boolean;
  config: Config;
  agents: AgentAdapter[];
  store: StateStore;
}

/** Opens and measures the repository that the command was called in. Throws `UserError` where there is none. */
export async function openWorkplace(world: World): Promise<Workplace> {
  const [{ repository, facts }, config, agents] = await Promise.all([
    world.measuring().measured,
    world.config(),
    agentsHere(world),
  ]);
  if (facts.unseen !== undefined) {
    world.say({
      kind: "warn",
      text: `git cannot list the changes here (${facts.unseen}). Which files changed is left out. See what is wrong: git status`,
    });
  }
  return { repository, ...withoutOwnFiles(facts, agents), config, agents, store: openStore(repository) };
}

/** The same place, measured again after something was done to it. */
export async function measureAgain(place: Workplace): Promise<Workplace> {
  const { repository, facts } = await beginMeasuring(place.repository.root, place.repository.env).measured;
  return { ...place, repository, ...withoutOwnFiles(facts, place.agents) };
}

/** The agents, with where their states lie in this repository. What killed writers left there is removed. */
async function agentsHere(world: World): Promise<AgentAdapter[]> {
  const [{ root }, agents] = await Promise.all([world.measuring().repository, world.agents()]);
  const here = agents.map((agent) => asGitSees(root, agent));
  await Promise.all(
    here.flatMap((agent) => privateFiles(agent).map((file) => sweepTemporaries(join(root, file)))),
  );
  return here;
}

/** The agent, with where git sees its state when a link leads there. */
export function asGitSees(root: string, agent: AgentAdapter): AgentAdapter {
  const real = realPlace(root, agent.stateFile);
  return real === null || real === agent.stateFile ? agent : { ...agent, linkedStateFile: real };
}

/** An agent's state and brief, where git sees them. */
export function privateFiles({ stateFile, linkedStateFile = stateFile }: AgentAdapter): string[] {
  return [linkedStateFile, briefBeside(linkedStateFile)];
}

export function placeOf(agent: AgentAdapter): StatePlace {
  return { agent: agent.name, file: agent.stateFile, olderFiles: agent.olderStateFiles ?? [] };
}

/** Where an agent's brief lies when it is launched with one: beside its state. */
export function briefFile(agent: AgentAdapter): string {
  return briefBeside(agent.stateFile);
}

function briefBeside(stateFile: string): string {
  return posix.join(posix.dirname(stateFile), ".session-brief.md");
}

/** Where Baton writes in a working tree: states and briefs. What is set aside of them has a suffix after a dot. */
export function ownFiles(agents: readonly AgentAdapter[]): string[] {
  return agents.flatMap((agent) => [
    agent.stateFile,
    ...(agent.olderStateFiles ?? []),
    briefFile(agent),
    ...(agent.linkedStateFile === undefined ? [] : privateFiles(agent)),
  ]);
}

/** Tells those files by their paths: they are not the session's work, even where no ignore rule covers them. */
export function ownFileTest(agents: readonly AgentAdapter[]): (path: string) => boolean {
  const own = ownFiles(agents);
  return (path) =>
    own.some((file) => path.startsWith(file) && (path.length === file.length || path[file.length] === "."));
}

function withoutOwnFiles(
  facts: GitFacts,
  agents: readonly AgentAdapter[],
): Pick<Workplace, "facts" | "isExposed"> {
  const isOwn = ownFileTest(agents);
  const changes: FileChange[] = [];
  let isExposed = false;
  for (const change of facts.changes) {
    if (!isOwn(change.path)) changes.push(change);
    else isExposed ||= change.untracked;
  }
  return { facts: { ...facts, changes }, isExposed };
}

/** The facts as a state would hold them: a branch whose name was redacted is the same branch still. */
export async function asSaved(facts: GitFacts, world: World): Promise<GitFacts> {
  const redactor = await world.redactor();
  return { ...facts, branch: await redactor.redact(facts.branch) };
}
