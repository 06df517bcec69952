import { access, constants, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import { errorMessage, isUserError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { placeOf, type Workplace } from "../shared/workplace.ts";

/** Whether every saved state can be read, and every place for one be written. */
export async function stateFindings(place: Workplace): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const agent of place.agents) {
    findings.push(...(await stateFinding(place, agent)), ...(await setAsideFindings(place, agent.stateFile)));
    findings.push(
      ...(await writableFinding(dirname(join(place.repository.root, agent.stateFile)), agent.name)),
    );
  }
  return [...findings, ...(await writableFinding(join(place.repository.commonDir, "baton"), "the history"))];
}

async function stateFinding(place: Workplace, agent: Workplace["agents"][number]): Promise<Finding[]> {
  try {
    const stored = await place.store.peek(placeOf(agent));
    if (stored === null) return [];
    const healthy: Finding = {
      level: "info",
      message: `${agent.name}: state of ${stored.state.timestamp} is readable`,
    };
    return [
      healthy,
      ...stored.remarks.map(
        (message): Finding => ({ level: "warn", message, fix: `baton save ${agent.name}` }),
      ),
    ];
  } catch (error) {
    const fix = isUserError(error) ? error.fix : `baton restore ${agent.name}`;
    return [{ level: "fail", message: errorMessage(error), fix }];
  }
}

async function setAsideFindings(place: Workplace, file: string): Promise<Finding[]> {
  const folder = dirname(join(place.repository.root, file));
  const prefix = `${file.slice(file.lastIndexOf("/") + 1)}.corrupt-`;
  const names = (await exists(folder)) ? await readdir(folder) : [];
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({
      level: "warn",
      message: `${join(folder, name)} is a state that could not be read and was set aside.`,
      fix: `Look whether something in it is needed, then: rm ${join(folder, name)}`,
    }));
}

/** The deepest folder that exists decides whether the rest can be made. */
async function writableFinding(folder: string, whose: string): Promise<Finding[]> {
  let known = folder;
  while (!(await exists(known))) known = dirname(known);
  if (!(await stat(known)).isDirectory()) {
    return [
      {
        level: "fail",
        message: `${whose}: ${known} is a file, where a folder is needed.`,
        fix: `mv ${known} ${known}.old`,
      },
    ];
  }
  try {
    await access(known, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    return [
      {
        level: "fail",
        message: `${whose}: ${known} cannot be written (${errorMessage(error)}).`,
        fix: `chmod u+rwx ${known}`,
      },
    ];
  }
}
