import type { Config } from "../../../schema/config.ts";
import type { Line } from "../../../schema/report.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { loadPlugin } from "../../agents/plugin.ts";
import { trackedAmong } from "../../git/ignore.ts";
import { personalConfigPath } from "./config.ts";
import { DEFAULTS } from "./defaults.ts";

export interface PluginWish {
  config: Config;
  root: string;
  home: string;
  env: Record<string, string | undefined>;
}

/**
 * The agents of those plugins that the config names and the person allows; `notes` tell what to do about the others.
 * Throws `UserError` for a plugin that is allowed and broken.
 */
export async function loadPlugins(wish: PluginWish): Promise<{ agents: AgentAdapter[]; notes: Line[] }> {
  const agents: AgentAdapter[] = [];
  const notes: Line[] = [];
  for (const { name, plugin } of wish.config.agents ?? []) {
    if (plugin === undefined) continue;
    const obstacle = await obstacleTo(plugin, wish);
    const agent = obstacle === null ? await loadPlugin(wish.root, plugin, name) : null;
    if (agent !== null) agents.push(agent);
    else {
      const missing = `is not installed: npm install --save-dev ${plugin}`;
      notes.push({
        kind: "note",
        text: `${name} works without its plugin: ${plugin} ${obstacle ?? missing}`,
      });
    }
  }
  return { agents, notes };
}

/** Why the plugin may not run here, with what to do; null when it may. */
async function obstacleTo(plugin: string, { config, root, home, env }: PluginWish): Promise<string | null> {
  const allowed = config.allow_plugins ?? DEFAULTS.allow_plugins;
  const names = Array.isArray(allowed) ? allowed : [];
  if (allowed !== true && !names.includes(plugin)) {
    const line = `"allow_plugins": ${JSON.stringify([...names, plugin])}`;
    return `runs code, which only you can allow. If you trust it, put this into ${personalConfigPath(home, env)}: ${line}`;
  }
  // What was allowed is what the person installs, and not what somebody else's repository brings along under its name.
  const carried = await trackedAmong({ root, env }, ["node_modules"]);
  return carried.length === 0
    ? null
    : `is not what you installed, since this repository commits its node_modules. Take that out: git rm -r --cached node_modules`;
}
