import { EXIT, UserError } from "../base/errors.ts";
import type { Command } from "../commands/command.ts";

/**
 * `npm run session:save claude --task x` keeps `--task` for npm itself: it reaches us only as `npm_config_task`,
 * and `x` as if it were an argument. Doing the rest of it would be wrong, so this refuses, with the line to type.
 */
export function verifyNoLostFlags(
  command: Command,
  argv: readonly string[],
  env: Record<string, string | undefined>,
): void {
  const script = env.npm_lifecycle_event;
  if (script === undefined || !script.startsWith("session:")) return;
  const lost = [...command.options.map((option) => option.flags), "--json"]
    .map((flags) => /^(?:-(\w), )?--(no-)?([a-z-]+)(.*)/.exec(flags) ?? [])
    .filter(
      ([, short = "", , name = ""]) => isKept(name, env) || (short !== "" && isKept(keptAs(short), env)),
    )
    .map(([, , no = "", name = "", rest = ""]) => ({
      flag: `--${no}${name}`,
      typed: `--${no}${name}${rest.includes("<") ? " …" : ""}`,
    }));
  if (lost.length === 0) return;
  const required = command.arguments.filter((argument) => argument.required).length;
  const words = argv.filter((word) => !word.startsWith("-")).slice(0, required);
  throw new UserError(
    `npm kept ${lost.map(({ flag }) => flag).join(" ")} for itself: what follows the script's name needs a -- before it.`,
    ["npm", "run", script, "--", ...words, ...lost.map(({ typed }) => typed)].join(" "),
    EXIT.usage,
  );
}

function isKept(name: string, env: Record<string, string | undefined>): boolean {
  return env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined;
}

/** The name that npm gives to a short option. It has a meaning of its own for a few letters. */
function keptAs(short: string): string {
  return short === "m" ? "message" : short;
}
