import { EXIT, UserError } from "../base/errors.ts";
import { exists, writeFileAtomic } from "../base/files.ts";
import type { Command, World } from "./command.ts";
import { type ConfigSource, configSources, mergeConfig, personalConfigPath } from "./shared/config.ts";
import { DEFAULTS } from "./shared/defaults.ts";
import { projectRoot } from "./shared/world.ts";

export const command: Command = {
  arguments: [],
  options: [{ flags: "--edit", about: "open your own config in $VISUAL or $EDITOR" }],
  examples: ["baton config", "baton config --edit"],
  async run(input, world) {
    const personal = personalConfigPath(world.home, world.env);
    if (input.options.edit === true) return edit(personal, world);
    const sources = await configSources(await projectRoot(world.cwd), world.home, world.env);
    const all = [STANDARD, ...sources];
    const settings = leaves(mergeConfig(all)).map(([key, value]) => ({
      key,
      value,
      from: sourceOf(key, all),
    }));
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [
        {
          kind: "table",
          columns: ["SETTING", "VALUE", "FROM"],
          rows: settings.map(({ key, value, from }) => [key, JSON.stringify(value), from]),
        },
        {
          kind: "note",
          text: `Looked into baton.config.json, the "baton" key of package.json, and ${personal}`,
        },
      ],
      notices: [],
      data: { settings, sources: sources.map(({ path, owner }) => ({ path, owner })), personal },
    };
  },
};

const STANDARD: ConfigSource = { path: "default", owner: "person", values: DEFAULTS };

/** Every setting by its dotted path. Lists count as one value; what is empty is not set. */
function leaves(value: unknown, path = ""): [key: string, value: unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0) || path === "$schema";
    return isEmpty ? [] : [[path, value]];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

/** The strongest source that sets it; a list that adds up names all of them. */
function sourceOf(key: string, sources: readonly ConfigSource[]): string {
  const setting = sources.filter(({ values }) => leaves(values).some(([own]) => own === key));
  const isSum = ["agents", "rules", "redaction.patterns", "redaction.allow"].includes(key);
  return (isSum ? setting : setting.slice(-1)).map(({ path }) => path).join(", ");
}

async function edit(path: string, world: World): Promise<Awaited<ReturnType<Command["run"]>>> {
  const editor = world.env.VISUAL || world.env.EDITOR || "";
  if (editor === "" || !world.interactive) {
    throw new UserError(
      `There is no editor to open ${path} with.`,
      "Set VISUAL or EDITOR, or edit that file yourself.",
      EXIT.failed,
    );
  }
  if (!(await exists(path))) await writeFileAtomic(path, "{}\n", { mode: 0o600 });
  world.afterwards(async () => {
    const { startProgram } = await import("../agents/start.ts");
    const fix = `Set VISUAL or EDITOR to an editor that is there, or edit ${path} yourself.`;
    const argv = [...editor.split(" ").filter((word) => word !== ""), path];
    return startProgram(argv, { cwd: world.cwd, env: world.env, fix });
  });
  return { ok: true, exitCode: EXIT.done, lines: [], notices: [], data: { path } };
}
