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
  if (script === undefined || !/^(?:session:|demo$)/.test(script)) return;
  const lost = [...command.options.map((option) => option.flags), "--json"]
    .map((flags) => /^(?:-(\w), )?--(no-)?([a-z-]+)(.*)/.exec(flags) ?? [])
    .map(([, short = "", no = "", name = "", rest = ""]) => ({
      flag: `--${no}${name}`,
      takesValue: rest.includes("<"),
      kept: keptAs(name, env) ?? (short === "" ? undefined : keptAs(LONG[short] ?? short, env)),
    }))
    .filter(({ kept }) => kept !== undefined);
  if (lost.length === 0) return;
  // The value of such a flag comes as if it were an argument, unless it was typed as one word with the flag.
  const values = lost.filter(({ takesValue, kept }) => takesValue && (kept === "" || kept === "true")).length;
  const given = argv.filter((word) => !word.startsWith("-"));
  const words = given.slice(0, Math.min(command.arguments.length, Math.max(0, given.length - values)));
  const typed = lost.map(({ flag, takesValue }) => `${flag}${takesValue ? " …" : ""}`);
  throw new UserError(
    `npm kept ${lost.map(({ flag }) => flag).join(" ")} for itself: what follows the script's name needs a -- before it.`,
    ["npm", "run", script, "--", ...words, ...typed].join(" "),
    EXIT.usage,
  );
}

/** What npm makes of a flag; undefined where it did not see it. */
function keptAs(name: string, env: Record<string, string | undefined>): string | undefined {
  return env[`npm_config_${name.replaceAll("-", "_")}`];
}

/** Short options that npm knows by names of its own. */
const LONG: Readonly<Record<string, string>> = { m: "message" };
