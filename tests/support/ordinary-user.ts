import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { PACKAGE } from "./package.ts";

/**
 * For `spawn`: a user whom file permissions hold back. Root passes over them, so under root it is somebody else;
 * folders that this user is to work in must be given to it.
 */
export const ORDINARY_USER: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export function giveToOrdinaryUser(folder: string): void {
  if (ORDINARY_USER.uid !== undefined)
    execFileSync("chown", ["-R", `${ORDINARY_USER.uid}:${ORDINARY_USER.gid}`, folder]);
}

/** Runs `code`, an ES module that finds `import` of our sources in `ours(path)` and `folders` in `folders`. */
export async function asOrdinaryUser(code: string, folders: readonly string[]): Promise<{ stdout: string }> {
  for (const folder of folders) giveToOrdinaryUser(folder);
  const prelude = `const [, ...folders] = process.argv; const ours = (path) => import(${JSON.stringify(PACKAGE)} + "/" + path);`;
  return promisify(execFile)(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", prelude + code, ...folders],
    { ...ORDINARY_USER, cwd: "/" },
  );
}
