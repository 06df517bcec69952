import type { AgentConfig } from "../../schema/config.ts";
import type { AgentAdapter } from "./adapter.ts";

/** An agent as the config describes it; what it leaves open stays as in the built-in agent of the same name. */
export function custom(config: AgentConfig, builtIn?: AgentAdapter): AgentAdapter {
  const adapter: AgentAdapter = {
    ...builtIn,
    name: config.name,
    label: config.label ?? builtIn?.label ?? config.name,
    stateFile: config.state_file ?? builtIn?.stateFile ?? `.${config.name}/.session-state.json`,
  };
  const launch = config.launch;
  if (launch !== undefined) {
    const command = launch[0];
    if (command !== undefined) adapter.command = command;
    adapter.launch = ({ briefPath }) => launch.map((word) => word.replaceAll("{brief}", briefPath));
  }
  return adapter;
}
