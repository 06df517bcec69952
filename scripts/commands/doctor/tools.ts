import type { Finding } from "../../../schema/finding.ts";
import { isUserError } from "../../base/errors.ts";
import { packageVersion } from "../../base/package.ts";
import { tryGit } from "../../git/run.ts";
import type { World } from "../command.ts";

const OLDEST_NODE = [20, 12] as const;
/** Nothing that is asked of git is newer, by git's own release notes; tested is 2.39. */
const OLDEST_GIT = [2, 34] as const;

export async function toolFindings(world: World): Promise<Finding[]> {
  const node = versionOf(process.versions.node);
  return [
    { level: "info", message: `Baton ${packageVersion()}` },
    isAtLeast(node, OLDEST_NODE)
      ? { level: "info", message: `Node ${process.versions.node}` }
      : {
          level: "fail",
          message: `Node ${process.versions.node} is too old.`,
          fix: `Install Node ${OLDEST_NODE.join(".")} or later`,
        },
    await gitFinding(world),
  ];
}

async function gitFinding({ cwd, env }: World): Promise<Finding> {
  try {
    const said = (await tryGit(["--version"], { cwd, env })).stdout.toString("utf8").trim();
    if (isAtLeast(versionOf(said), OLDEST_GIT)) return { level: "info", message: said };
    return {
      level: "fail",
      message: `${said} is too old.`,
      fix: `Install git ${OLDEST_GIT.join(".")} or later`,
    };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { level: "fail", message: error.message, fix: error.fix };
  }
}

function versionOf(text: string): readonly number[] {
  return /(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number) ?? [0, 0];
}

function isAtLeast(
  [major = 0, minor = 0]: readonly number[],
  [wantMajor, wantMinor]: readonly [number, number],
): boolean {
  return major > wantMajor || (major === wantMajor && minor >= wantMinor);
}
