import { pathToFileURL } from "node:url";
import { AgentPlugin } from "../../schema/agent-plugin.ts";
import { EXIT, errorMessage, UserError } from "../base/errors.ts";
import type { AgentAdapter } from "./adapter.ts";
import { findPlugin } from "./plugin-entry.ts";
import { guarded } from "./plugin-guard.ts";

/**
 * The agent called `name` from the package, which is looked for in the node_modules of `root` alone. Runs the package's
 * code. Null when it is not installed. Throws `UserError` that names the package, the field and what is wrong with it.
 */
export async function loadPlugin(
  root: string,
  packageName: string,
  name: string,
): Promise<AgentAdapter | null> {
  const entry = await findPlugin(root, packageName);
  if (entry === null) return null;
  const exported = await exportedAgent(entry, packageName);
  const result = AgentPlugin.safeParse(exported);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `agent.${path.join(".")}: ${message}`);
    throw broken(packageName, `has ${faults.length === 1 ? "a fault" : "faults"}:\n  ${faults.join("\n  ")}`);
  }
  if (!keepsContract(exported)) throw broken(packageName, "is no agent");
  if (exported.name !== name) {
    throw new UserError(
      `The plugin ${packageName} is for an agent with another name: agent.name is "${exported.name}", and the config says "${name}".`,
      `Write this in the config: { "name": "${exported.name}", "plugin": "${packageName}" }`,
      EXIT.usage,
    );
  }
  return guarded(exported, packageName);
}

async function exportedAgent(entry: string, packageName: string): Promise<unknown> {
  try {
    const exports: Record<string, unknown> = await import(pathToFileURL(entry).href);
    return exports.agent;
  } catch (error) {
    throw broken(packageName, `cannot be loaded: ${errorMessage(error)}`, error);
  }
}

function keepsContract(value: unknown): value is AgentAdapter {
  return AgentPlugin.safeParse(value).success;
}

function broken(packageName: string, what: string, cause?: unknown): UserError {
  return new UserError(
    `The plugin ${packageName} ${what}`,
    `Update it: npm install --save-dev ${packageName}@latest\nOr take "plugin": "${packageName}" out of the config.`,
    EXIT.unknownFormat,
    { cause, details: { plugin: packageName } },
  );
}
