import type { Finding } from "../../../schema/finding.ts";
import { list, shellLine } from "../../base/text.ts";
import { notIgnored, trackedAmong } from "../../git/ignore.ts";
import type { Repository } from "../../git/repository.ts";
import { type Edit, openDraft } from "./draft.ts";
import { addHooks, managerOf, scriptPath } from "./hooks.ts";
import { readPlace } from "./place.ts";
import { nameOf } from "./record.ts";

/** Whether the git hooks are in, up to date, and would be run. Changes nothing. */
export async function hookFindings(repository: Repository): Promise<Finding[]> {
  const place = await readPlace(repository);
  const draft = openDraft();
  const byHand = await addHooks(draft, place);
  const { manager, home } = await managerOf(place);
  const script = draft.edits().find(isScript);
  const hooks = draft.edits().filter((edit) => !isScript(edit));
  const missing = hooks.filter((edit) => edit.isFirst);
  const outdated = hooks.filter((edit) => !edit.isFirst);
  // In Baton's own repository the hooks run the template itself.
  const hasScript = script?.before !== null || place.manifest?.name === "agent-baton";

  if (missing.length > 0 && outdated.length === 0 && !hasScript) {
    return [
      { level: "warn", message: `Baton's git hooks are not installed (${manager.name}).`, fix: "baton init" },
    ];
  }
  const findings: Finding[] = [...byHand];
  const tell = (level: Finding["level"], message: string) =>
    findings.push({ level, message, fix: "baton init" });
  if (missing.length > 0) tell("warn", `Baton's part is not in ${names(missing)}.`);
  if (outdated.length > 0) tell("warn", `Baton's part in ${names(outdated)} is of another version.`);
  if (!hasScript) tell("fail", `The hooks find nothing to run: ${scriptPath(place)} is missing.`);
  else if (typeof script?.before === "string") tell("warn", `${scriptPath(place)} is of another version.`);
  findings.push(...(await manager.check(place, home)));
  if (findings.length > 0) return findings;
  return [{ level: "info", message: `Git hooks are installed (${manager.name}).` }];

  function isScript(edit: Edit): boolean {
    return edit.path === scriptPath(place);
  }

  function names(edits: readonly Edit[]): string {
    return list(edits.map((edit) => nameOf(edit.path, place)));
  }
}

/** Whether git keeps its hands off the saved states: ignored, and none of them tracked. */
export async function ignoreFindings(
  repository: Repository,
  stateFiles: readonly string[],
): Promise<Finding[]> {
  const [open, tracked] = await Promise.all([
    notIgnored(repository, stateFiles),
    trackedAmong(repository, stateFiles),
  ]);
  const findings: Finding[] = [];
  if (open.length > 0) {
    findings.push({ level: "warn", message: `git does not ignore ${list(open)}.`, fix: "baton init" });
  }
  if (tracked.length > 0) {
    findings.push({
      level: "fail",
      message: `${list(tracked)} ${tracked.length === 1 ? "is" : "are"} tracked, and would be shared with everybody.`,
      fix: `${shellLine(["git", "rm", "--cached", ...tracked])} && git commit -m "Keep session states out"`,
    });
  }
  return findings.length > 0 ? findings : [{ level: "info", message: "git ignores the saved states." }];
}
