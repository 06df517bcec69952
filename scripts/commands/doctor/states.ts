import { access, constants, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import { errorCode, errorMessage, isUserError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { shellLine } from "../../base/text.ts";
import { spokenTime } from "../../base/time.ts";
import { placeOf, type Workplace } from "../shared/workplace.ts";

/** Whether every saved state can be read, and every place for one be written. */
export async function stateFindings(place: Workplace, now: Date): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const agent of place.agents) {
    findings.push(
      ...(await stateFinding(place, agent, now)),
      ...(await setAsideFindings(place, agent.stateFile)),
    );
    findings.push(
      ...(await writableFinding(dirname(join(place.repository.root, agent.stateFile)), agent.name)),
    );
  }
  return [...findings, ...(await writableFinding(join(place.repository.commonDir, "baton"), "the history"))];
}

async function stateFinding(
  place: Workplace,
  agent: Workplace["agents"][number],
  now: Date,
): Promise<Finding[]> {
  try {
    const stored = await place.store.peek(placeOf(agent));
    if (stored === null) return [];
    const healthy: Finding = {
      level: "info",
      message: `${agent.name}: the state saved ${spokenTime(stored.state.timestamp, now)} is readable`,
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
  return (await namesIn(folder))
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({
      level: "warn",
      message: `${join(folder, name)} is a state that could not be read and was set aside.`,
      fix: `Look whether something in it is needed, then: ${shellLine(["rm", join(folder, name)])}`,
    }));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "ELOOP"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}

/** The deepest folder that exists decides whether the rest can be made. */
async function writableFinding(folder: string, whose: string): Promise<Finding[]> {
  let known = folder;
  while (!(await exists(known))) known = dirname(known);
  if (!(await leadsToFolder(known))) {
    return [
      {
        level: "fail",
        message: `${whose}: ${known} is no folder, and one is needed there.`,
        fix: shellLine(["mv", known, `${known}.old`]),
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
        fix: shellLine(["chmod", "u+rwx", known]),
      },
    ];
  }
}

/** False for a file, and for a link that leads nowhere. */
async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ELOOP") return false;
    throw error;
  }
}
