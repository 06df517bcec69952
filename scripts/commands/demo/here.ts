import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { knownAgents } from "../../agents/index.ts";
import { isUserError } from "../../base/errors.ts";
import { packageRoot } from "../../base/package.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { workingTrees } from "../../git/worktrees.ts";
import type { World } from "../command.ts";
import { readable, searchSessions } from "../shared/sessions.ts";

/** How the person does the same with their own work: words, and the command to type. */
export interface NextHere {
  words: string;
  command: string[];
}

/** What to type in the folder that the person is in. Only looks: at git, and at the agents' own lists of sessions. */
export async function nextHere(world: World): Promise<NextHere> {
  const repository = await openRepository(world.cwd, world.env).catch((error: unknown) => {
    if (isUserError(error)) return null;
    throw error;
  });
  if (repository === null)
    return {
      words: "Go to a git repository in which an agent works for you, and type there:",
      command: ["baton", "handoff", "claude", "codex"],
    };
  const { root } = repository;
  const agent = await newestAgent(repository, world);
  if (agent !== null)
    return {
      words: `${agent.label} has a session in ${root}.\nTo hand it over, type there:`,
      command: ["baton", "handoff", agent.name, agent.name === "claude" ? "codex" : "claude"],
    };
  const code = packageRoot();
  // Somebody tries Baton in its own sources: their work is elsewhere.
  if (root === (await realpath(code)))
    return {
      words:
        "This folder is Baton itself. Go to a repository in which an agent works for you,\nand type there:",
      command: [
        join(code, "node_modules/.bin/tsx"),
        join(code, "scripts/baton.ts"),
        "handoff",
        "claude",
        "codex",
      ],
    };
  return {
    words: `No agent has a session in ${root} yet.\nLet one work there. When it has to stop, type there, such as from Claude Code to Codex:`,
    command: ["baton", "handoff", "claude", "codex"],
  };
}

// Only the agents that Baton knows by itself: a demonstration runs no code of the repository's plugins.
async function newestAgent(repository: Repository, { home, env }: World) {
  const roots = await workingTrees(repository);
  const { sessions } = await searchSessions(readable(knownAgents()), { home, env }, { roots });
  return sessions[0]?.agent ?? null;
}
