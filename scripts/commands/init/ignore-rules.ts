import { join, posix } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import { ruleFor } from "../../git/ignore.ts";
import type { Draft } from "./draft.ts";
import { hasBlock, withBlock, withoutBlocks } from "./marks.ts";
import type { Place } from "./place.ts";
import type { InitRecord } from "./record.ts";
import { nameOf } from "./record.ts";

const RULES = [
  "# Saved session states hold a task's private context: they stay on this machine.",
  "/.*/.session-state.json",
  "/.*/.session-state.json.*",
  "/.*/.session-brief.md",
  "/.*/.session-brief.md.*",
  "/.github/copilot-session-state.json",
  "/.github/copilot-session-state.json.*",
];

/** The ignore rules for the states of all agents, also of those that the config puts somewhere else. */
export function ignoreRules(stateFiles: readonly string[]): string[] {
  const rules = new Set(RULES);
  for (const file of stateFiles) {
    if (/^\.[^/]+\/\.session-state\.json$/.test(file)) continue;
    rules.add(ruleFor(file));
    rules.add(`${ruleFor(file)}.*`);
    const folder = posix.dirname(file);
    if (/^\.[^/]+$/.test(folder)) continue;
    const brief = ruleFor(posix.join(folder, ".session-brief.md"));
    rules.add(brief);
    rules.add(`${brief}.*`);
  }
  return [...rules];
}

export async function addIgnoreRules(
  draft: Draft,
  place: Place,
  stateFiles: readonly string[],
): Promise<Finding[]> {
  const path = join(place.root, ".gitignore");
  const file = await draft.look(path);
  const rules = ignoreRules(stateFiles);
  if (file.kind === "odd") {
    return [
      {
        level: "warn",
        message: `.gitignore ${file.why}. Ignore these yourself:`,
        fix: rules.slice(1).join("\n"),
      },
    ];
  }
  const text = file.kind === "text" ? file.text : "";
  await draft.put(path, withBlock(text, rules), { about: "ignore rules", isFirst: !hasBlock(text) });
  return [];
}

/** Whether somebody has put Baton into this repository, here or in another clone. */
export async function hasIgnoreRules(draft: Draft, place: Place): Promise<boolean> {
  const file = await draft.look(join(place.root, ".gitignore"));
  return file.kind === "text" && hasBlock(file.text);
}

export async function removeIgnoreRules(draft: Draft, place: Place, record: InitRecord): Promise<void> {
  const path = join(place.root, ".gitignore");
  const file = await draft.look(path);
  if (file.kind !== "text" || !hasBlock(file.text)) return;
  const text = withoutBlocks(file.text);
  const wasThere = (record.get(nameOf(path, place))?.before ?? null) !== null;
  await draft.put(path, text === "" && !wasThere ? null : text, { about: "ignore rules" });
}
