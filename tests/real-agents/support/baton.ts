import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environment } from "./environment.ts";
import { isolation } from "./isolation.ts";
import { isObject, type JsonObject } from "./json.ts";
import { TSX } from "./run.ts";
import type { Workplace } from "./workplace.ts";

const DOOR = fileURLToPath(new URL("../../../scripts/baton.ts", import.meta.url));

/**
 * What `baton … --json` answers in the repository, with the scratch home as the home and `folders` in the PATH.
 * Throws when it fails.
 */
export async function baton(
  place: Workplace,
  args: readonly string[],
  folders: readonly string[] = [],
): Promise<JsonObject> {
  const env = await environment(place.home);
  env.PATH = [...folders, env.PATH].join(":");
  const options = { cwd: place.repo, env, maxBuffer: 64 * 1024 * 1024 };
  // Without a network, as the clients: Baton may start one of them.
  const line = [...isolation(), process.execPath, "--import", TSX, DOOR, ...args, "--json"];
  const [program = "", ...rest] = line;
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(program, rest, options, (error, out, talk) => {
      if (error === null) resolve(out);
      else reject(new Error(`baton ${args.join(" ")} failed: ${out}${talk}`));
    });
  });
  const answer: unknown = JSON.parse(stdout);
  if (!isObject(answer)) throw new Error(`baton ${args.join(" ")} printed no JSON object: ${stdout}`);
  return answer;
}
