import { join } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import { type Draft, type Edit, openDraft } from "./draft.ts";
import { addHooks, managerOf, removeHooks } from "./hooks.ts";
import { addIgnoreRules, hasIgnoreRules, removeIgnoreRules } from "./ignore-rules.ts";
import { addScripts, removeScripts, scriptsThere, withOwnScripts } from "./npm-scripts.ts";
import type { Place } from "./place.ts";
import { type InitRecord, originalOf, readRecord, recorded, recordPath, recordText } from "./record.ts";
import { addPreHandoff, addSampleConfig, removeSamples } from "./samples.ts";

export interface Plan {
  edits: Edit[];
  /** What a person should know, or has to do by hand. */
  findings: Finding[];
  /** The way in which the repository keeps its hooks. */
  manager: string;
}

/** All that putting Baton into a repository would change. Changes nothing. */
export async function planInit(place: Place, stateFiles: readonly string[]): Promise<Plan> {
  const draft = openDraft();
  const { manager, home } = await managerOf(place);
  const record = await readRecord(place, draft);
  const isFirst = record.size === 0 && !(await hasIgnoreRules(draft, place));
  const own = isFirst ? await scriptsThere(draft, place) : [];
  const findings: Finding[] = [
    ...(await addHooks(draft, place)),
    ...(await addIgnoreRules(draft, place, stateFiles)),
    ...(await addScripts(draft, place, isFirst)),
  ];
  await addSampleConfig(draft, place);
  if (home === huskyFolder(place)) await addPreHandoff(draft, home);
  await keepRecord(draft, place, withOwnScripts(record, own));
  return { edits: draft.edits(), findings, manager: manager.name };
}

/** What a person has to do before the hooks run, once our part is in: that is no failure. */
export async function leftToDo(place: Place): Promise<Finding[]> {
  const { manager, home } = await managerOf(place);
  const findings = await manager.check(place, home);
  return findings.map((finding): Finding => ({ ...finding, level: "warn" }));
}

async function keepRecord(draft: Draft, place: Place, before: InitRecord): Promise<void> {
  const edits = draft.edits();
  if (edits.length === 0) return;
  const record = recorded(before, edits, place);
  await draft.put(recordPath(place), recordText(record), { about: "what was there before" });
}

/** All that taking Baton out again would change. Changes nothing. */
export async function planRemoval(place: Place): Promise<Plan> {
  const draft = openDraft();
  const { manager } = await managerOf(place);
  const record = await readRecord(place, draft);
  await removeHooks(draft, place, record);
  await removeIgnoreRules(draft, place, record);
  await removeScripts(draft, place, record);
  const findings = await removeSamples(draft, place, huskyFolder(place));
  // What nobody has touched since becomes what it was, to the byte.
  for (const { path, before, about } of draft.edits()) {
    const original = before === null ? undefined : originalOf(record, path, before, place);
    if (original !== undefined) await draft.put(path, original, { about });
  }
  await draft.put(recordPath(place), null, { about: "what was there before" });
  return { edits: draft.edits(), findings, manager: manager.name };
}

/** Where handoffs look for `pre-handoff`. */
function huskyFolder(place: Place): string {
  return join(place.root, ".husky");
}
