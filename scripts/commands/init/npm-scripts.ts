import { join } from "node:path";
import type { Finding } from "../../../schema/finding.ts";
import { isObject } from "../../base/json.ts";
import { HOW_TO_INSTALL } from "../../base/package.ts";
import { count, list } from "../../base/text.ts";
import type { Draft } from "./draft.ts";
import { editJson, parseObject, repeatedKey } from "./json-edit.ts";
import { dependsOn, type Place } from "./place.ts";
import { type InitRecord, nameOf } from "./record.ts";

const SCRIPTS: readonly [name: string, command: string][] = [
  "save",
  "restore",
  "handoff",
  "status",
  "validate",
  "escalate",
  "doctor",
].map((verb) => [`session:${verb}`, `baton ${verb}`]);

/** What the record calls the scripts that read like ours and were there before us: they are the person's, and stay. */
const OWN_SCRIPTS = "package.json: own scripts";

/** The names of SCRIPTS that package.json has already, word for word. */
export async function scriptsThere(draft: Draft, place: Place): Promise<string[]> {
  const path = join(place.root, "package.json");
  const file = await draft.look(path);
  const scripts = file.kind === "text" ? parseObject(file.text, path).scripts : null;
  if (!isObject(scripts)) return [];
  return SCRIPTS.filter(([script, command]) => scripts[script] === command).map(([script]) => script);
}

/** The record, with those scripts in it. */
export function withOwnScripts(record: InitRecord, scripts: readonly string[]): InitRecord {
  if (scripts.length === 0) return record;
  return new Map([...record, [OWN_SCRIPTS, { before: scripts.join(" "), after: "" }]]);
}

/** Puts the npm scripts into package.json, where there is one. A script that has one of the names stays. */
export async function addScripts(draft: Draft, place: Place, isFirst: boolean): Promise<Finding[]> {
  const path = join(place.root, "package.json");
  const file = await draft.look(path);
  if (file.kind === "absent") return [];
  if (file.kind === "odd") return [byHand(`package.json ${file.why}`)];
  const { scripts = {}, name } = parseObject(file.text, path);
  if (!isObject(scripts)) return [byHand('"scripts" in package.json is not an object')];
  const repeated = repeatedKey(file.text, "scripts");
  if (repeated !== null) return [byHand(`package.json has ${JSON.stringify(repeated)} twice`)];
  const missing = SCRIPTS.filter(([script]) => !Object.hasOwn(scripts, script));
  const others = SCRIPTS.filter(
    ([script, command]) => Object.hasOwn(scripts, script) && scripts[script] !== command,
  );
  const text = missing.reduce(
    (json, [script, command]) => editJson(json, ["scripts", script], command),
    file.text,
  );
  await draft.put(path, text, {
    about: count(missing.length, "npm script"),
    isFirst: isFirst || missing.length + others.length === SCRIPTS.length,
  });
  const findings: Finding[] = [];
  if (others.length > 0) {
    const names = list(others.map(([script]) => script));
    findings.push({ level: "info", message: `package.json has its own ${names}, which stay as they are.` });
  }
  if (others.length < SCRIPTS.length && name !== "agent-baton" && !dependsOn(place, "agent-baton")) {
    findings.push({
      level: "warn",
      message:
        "agent-baton is not among the dependencies in package.json, so npm does not find the command yet.",
      fix: HOW_TO_INSTALL,
    });
  }
  return findings;
}

function byHand(why: string): Finding {
  const lines = SCRIPTS.map(([name, command]) => `"${name}": "${command}"`).join(",\n");
  return { level: "warn", message: `${why}, so the npm scripts are yours to add:`, fix: lines };
}

/** Takes the npm scripts out again, those that are still as `addScripts` writes them. */
export async function removeScripts(draft: Draft, place: Place, record: InitRecord): Promise<void> {
  const path = join(place.root, "package.json");
  const file = await draft.look(path);
  if (file.kind !== "text") return;
  const { scripts } = parseObject(file.text, path);
  if (!isObject(scripts)) return;
  const own = record.get(OWN_SCRIPTS)?.before?.split(" ") ?? [];
  const ours = SCRIPTS.filter(([script, command]) => scripts[script] === command && !own.includes(script));
  // With a key that is there twice nothing was put in.
  if (ours.length === 0 || repeatedKey(file.text, "scripts") !== null) return;
  const before = record.get(nameOf(path, place))?.before ?? null;
  const isOurObject =
    ours.length === Object.keys(scripts).length &&
    !(before !== null && "scripts" in parseObject(before, path));
  const text = isOurObject
    ? editJson(file.text, ["scripts"], undefined)
    : ours.reduce((json, [script]) => editJson(json, ["scripts", script], undefined), file.text);
  await draft.put(path, text, { about: count(ours.length, "npm script") });
}
