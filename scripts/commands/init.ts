import { join } from "node:path";
import type { Finding } from "../../schema/finding.ts";
import type { Line } from "../../schema/report.ts";
import { EXIT } from "../base/errors.ts";
import { exists, isInside } from "../base/files.ts";
import { count, shellLine } from "../base/text.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import type { Command, World } from "./command.ts";
import { unifiedDiff } from "./init/diff.ts";
import { apply, type Edit } from "./init/draft.ts";
import { type Place, readPlace } from "./init/place.ts";
import { leftToDo, type Plan, planInit, planRemoval } from "./init/plan.ts";
import { nameOf } from "./init/record.ts";
import { keepPrivate } from "./shared/ignore.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--dry-run", about: "show what would change, your own files as diffs, and write nothing" },
    { flags: "--verbose", about: "with --dry-run: show whole new files too" },
    { flags: "--remove", about: "take out again exactly what was put in" },
  ],
  examples: ["baton init --dry-run", "baton init", "baton init --remove"],
  async run(input, world) {
    const removes = input.options.remove === true;
    const isDryRun = input.options.dryRun === true;
    const repository = await openRepository(world.cwd, world.env);
    const place = await readPlace(repository);
    const plan = removes ? await planRemoval(place) : await planInit(place, await stateFiles(world));
    world.signal.throwIfAborted();
    if (!isDryRun) await apply(plan.edits);
    // Only what has been written shows what a hook manager has yet to take over.
    if (!removes) plan.findings.push(...(await leftToDo(place)));
    const diff = isDryRun ? unifiedDiff(plan.edits, place) : null;
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: diff === null ? told(plan, place, removes) : shown(plan, place, input.options.verbose === true),
      notices: removes && !isDryRun ? await stillPrivate(repository, world) : [],
      data: {
        dry_run: isDryRun,
        removed: removes,
        hooks: plan.manager,
        files: plan.edits.map((edit) => ({
          path: nameOf(edit.path, place),
          change: changeOf(edit),
          about: edit.about,
        })),
        findings: plan.findings,
        ...(diff === null ? {} : { diff }),
      },
    };
  },
};

/** The rules are gone, and the states are not: those stay out of git all the same, in this clone. */
async function stillPrivate(repository: Repository, world: World): Promise<Line[]> {
  const agents = await world.agents();
  const isSaved = await Promise.all(agents.map((agent) => exists(join(repository.root, agent.stateFile))));
  const added = await keepPrivate(
    { repository },
    agents.filter((_, i) => isSaved[i]),
  );
  if (added.length === 0) return [];
  return [{ kind: "note", text: "git goes on ignoring the states, in this clone (.git/info/exclude)." }];
}

async function stateFiles(world: World): Promise<string[]> {
  return (await world.agents()).map((agent) => agent.stateFile);
}

function told(plan: Plan, place: Place, removes: boolean): Line[] {
  const lines = changes(plan, place);
  if (lines.length === 0) {
    lines.push({
      kind: "ok",
      text: removes ? "Baton is not in this repository." : "Baton is in place already.",
    });
  }
  lines.push(...plan.findings.flatMap(findingLines));
  if (removes) {
    lines.push({ kind: "note", text: "Saved states and their history were left where they are." });
  } else {
    const save = place.manifest === null ? "baton save claude" : "npm run session:save claude";
    lines.push(
      ...toCommit(plan, place),
      { kind: "text", text: "When an agent stops, save where it stands:" },
      { kind: "command", text: save },
    );
  }
  return lines;
}

function changes(plan: Plan, place: Place): Line[] {
  return plan.edits.map((edit) => ({
    kind: "ok",
    text: `${nameOf(edit.path, place)} ${changeOf(edit)} (${edit.about})`,
  }));
}

/** The git folder's part is each clone's own: the rest is for everybody, once it is committed. */
function toCommit(plan: Plan, place: Place): Line[] {
  const shared = plan.edits
    .map(({ path }) => path)
    .filter((path) => isInside(place.root, path) && !isInside(place.commonDir, path))
    .map((path) => nameOf(path, place));
  if (plan.edits.length === 0) return [];
  const others = "The git hooks are this clone's own. In every other clone, once: baton init";
  if (shared.length === 0) return [{ kind: "note", text: others }];
  return [
    { kind: "text", text: "For everybody who works here, commit:" },
    { kind: "command", text: `${shellLine(["git", "add", ...shared])} && git commit -m 'Add Baton'` },
    { kind: "note", text: others },
  ];
}

/** The list, and as diffs what is the person's own; with `isWhole` every file. */
function shown(plan: Plan, place: Place, isWhole: boolean): Line[] {
  const own = ({ path, before, after }: Edit) =>
    before !== null && after !== null && !isInside(place.commonDir, path);
  const diff = unifiedDiff(
    plan.edits.filter((edit) => isWhole || own(edit)),
    place,
  );
  return [
    ...plan.edits.map(
      (edit): Line => ({
        kind: "item",
        text: `${nameOf(edit.path, place)} would be ${changeOf(edit)} (${edit.about})`,
      }),
    ),
    ...(diff === ""
      ? []
      : ([
          { kind: "text", text: "" },
          { kind: "raw", text: diff.replace(/\n$/, "") },
        ] as Line[])),
    ...plan.findings.flatMap(findingLines),
    {
      kind: "note",
      text: `${count(plan.edits.length, "file")} would change. Nothing was written.${isWhole ? "" : " Whole new files: --verbose"}`,
    },
  ];
}

function findingLines({ level, message, fix }: Finding): Line[] {
  const line: Line = { kind: level === "info" ? "note" : level, text: message };
  return fix === undefined
    ? [line]
    : [line, ...fix.split("\n").map((text): Line => ({ kind: "command", text }))];
}

function changeOf({ before, after }: Edit): "made" | "changed" | "removed" {
  if (before === null) return "made";
  return after === null ? "removed" : "changed";
}
