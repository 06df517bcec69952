import type { Finding } from "../../../schema/finding.ts";
import { packageVersion } from "../../base/package.ts";
import { tryGit } from "../../git/run.ts";
import type { World } from "../command.ts";

const OLDEST_NODE = [20, 12] as const;
/** The first git whose `status --porcelain=v2` knows `--show-stash`. */
const OLDEST_GIT = [2, 35] as const;

export async function toolFindings(world: World): Promise<Finding[]> {
  const node = versionOf(process.versions.node);
  const said = await tryGit(["--version"], { cwd: world.cwd, env: world.env });
  const gitText = said.stdout.toString("utf8").trim();
  const git = versionOf(gitText);
  return [
    { level: "info", message: `Baton ${packageVersion()}` },
    isAtLeast(node, OLDEST_NODE)
      ? { level: "info", message: `Node ${process.versions.node}` }
      : {
          level: "fail",
          message: `Node ${process.versions.node} is too old.`,
          fix: `Install Node ${OLDEST_NODE.join(".")} or later`,
        },
    isAtLeast(git, OLDEST_GIT)
      ? { level: "info", message: gitText }
      : {
          level: "fail",
          message: `${gitText} is too old.`,
          fix: `Install git ${OLDEST_GIT.join(".")} or later`,
        },
  ];
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
