import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environment } from "./environment.ts";
import { isObject, type JsonObject } from "./json.ts";
import { TSX } from "./run.ts";
import type { Workplace } from "./workplace.ts";

const DOOR = fileURLToPath(new URL("../../../scripts/baton.ts", import.meta.url));

/** What `baton … --json` answers in the repository, with the scratch home as the home. Throws when it fails. */
export async function baton(place: Workplace, ...args: string[]): Promise<JsonObject> {
  const options = { cwd: place.repo, env: await environment(place.home), maxBuffer: 64 * 1024 * 1024 };
  const line = ["--import", TSX, DOOR, ...args, "--json"];
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, line, options, (error, out, talk) => {
      if (error === null) resolve(out);
      else reject(new Error(`baton ${args.join(" ")} failed: ${out}${talk}`, { cause: error }));
    });
  });
  const answer: unknown = JSON.parse(stdout);
  if (!isObject(answer)) throw new Error(`baton ${args.join(" ")} printed no JSON object: ${stdout}`);
  return answer;
}
