import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import { packageRoot } from "../../base/package.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./place.ts";

/** A config to begin with. In a Node project it names the schema, so that editors can help. */
function sampleConfig(isNode: boolean): string {
  const schema = isNode ? { $schema: "./node_modules/agent-baton/schema/config.schema.json" } : {};
  return `${JSON.stringify({ ...schema, agents: [], handoff: { require: [] } }, null, 2)}\n`;
}

export function template(name: string): Promise<string> {
  return readFile(join(packageRoot(), "templates", name), "utf8");
}

/** A sample is put down where nothing is; what a person has is theirs. */
export async function addSampleConfig(draft: Draft, place: Place): Promise<void> {
  const path = join(place.root, "baton.config.json");
  // The file would hide settings that stand in package.json.
  if (place.manifest?.baton !== undefined || (await draft.look(path)).kind !== "absent") return;
  await draft.put(path, sampleConfig(place.manifest !== null), {
    about: "a config to begin with",
    isFirst: true,
  });
}

export async function addPreHandoff(draft: Draft, huskyFolder: string): Promise<void> {
  const path = join(huskyFolder, "pre-handoff");
  if ((await draft.look(path)).kind !== "absent") return;
  await draft.put(path, await template("pre-handoff.sh"), {
    about: "a check before handoffs",
    isFirst: true,
    executable: true,
  });
}

/** Removes the samples that are still as they were made. */
export async function removeSamples(draft: Draft, place: Place, huskyFolder: string): Promise<Finding[]> {
  const samples: [path: string, texts: string[]][] = [
    [join(place.root, "baton.config.json"), [sampleConfig(true), sampleConfig(false)]],
    [join(huskyFolder, "pre-handoff"), [await template("pre-handoff.sh")]],
  ];
  const kept: Finding[] = [];
  for (const [path, texts] of samples) {
    const file = await draft.look(path);
    if (file.kind !== "text") continue;
    if (texts.includes(file.text)) await draft.put(path, null, { about: "the sample" });
    else kept.push({ level: "info", message: `${path} is not as Baton made it, and stays.` });
  }
  return kept;
}
