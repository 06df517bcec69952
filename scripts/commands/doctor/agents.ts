import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import type { World } from "../command.ts";
import type { Workplace } from "../shared/workplace.ts";

/** Which agents can be started from here. One that is missing is no fault: nobody has all of them. */
export async function agentFindings(place: Workplace, world: World): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const agent of place.agents) {
    if (agent.command === undefined) continue;
    const path = await findProgram(agent.command, world.env);
    findings.push(
      path === null
        ? {
            level: "info",
            message: `${agent.label}: no ${agent.command} on the PATH (only --launch needs it)`,
          }
        : { level: "info", message: `${agent.label}: ${path}` },
    );
  }
  return findings;
}

export async function findProgram(
  name: string,
  env: Record<string, string | undefined>,
): Promise<string | null> {
  if (name.includes("/")) return (await isExecutable(name)) ? name : null;
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && (await isExecutable(path))) return path;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    // A folder may be entered by the same permission.
    return (await stat(path)).isFile();
  } catch {
    // Absent or not executable: either way it cannot be started.
    return false;
  }
}
