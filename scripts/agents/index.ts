import type { AgentConfig } from "../../schema/config.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { list, nearest } from "../base/text.ts";
import type { AgentAdapter } from "./adapter.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { custom } from "./custom.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";

/** The agents that Baton knows by itself, in the order in which they are listed. A new one is one line here. */
const BUILT_IN: readonly AgentAdapter[] = [claude, opencode, copilot, codex, gemini];

/** Every agent that can be named here: the built-in ones, those of plugins, and those that the config adds or changes. */
export function knownAgents(
  configured: readonly AgentConfig[] = [],
  plugins: readonly AgentAdapter[] = [],
): AgentAdapter[] {
  const byName = new Map([...BUILT_IN, ...plugins].map((agent) => [agent.name, agent]));
  for (const config of configured) byName.set(config.name, custom(config, byName.get(config.name)));
  return [...byName.values()];
}

/**
 * The agent called `name`, by its name or by its label, whatever the case and what stands between the words.
 * Throws `UserError` (code 2) that lists the known ones and names the nearest.
 */
export function agentNamed(name: string, agents: readonly AgentAdapter[]): AgentAdapter {
  const plain = plainName(name);
  const found =
    agents.find((agent) => agent.name === name) ??
    agents.find((agent) => plain !== "" && [agent.name, agent.label].map(plainName).includes(plain));
  if (found !== undefined) return found;
  const names = agents.map((agent) => agent.name);
  const near = nearest(name, names);
  throw new UserError(
    `There is no agent called "${name}".`,
    `${near === null ? "" : `Did you mean ${near}? `}Known agents: ${list(names)}. Others can be added under "agents" in baton.config.json.`,
    EXIT.usage,
    { details: { known: names, nearest: near } },
  );
}

/** "Claude Code", "claude-code" and "claude_code" are one name; so are "gemini-cli" and "Gemini". */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/(?<=.)cli$/, "");
}
