import { join } from "node:path";
import { type Config, ConfigSchema } from "../../../schema/config.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { type ReadOptions, readTextIfExists } from "../../base/files.ts";
import { nearest, shellLine } from "../../base/text.ts";

/** One place that settings came from. `values` are as written there. */
export interface ConfigSource {
  path: string;
  owner: "person" | "repository";
  values: Config;
}

/** What a repository may not decide for the person who cloned it. */
const PERSONAL_KEYS = ["allow_plugins"] as const;

/**
 * The places that settings come from, weakest first: the person's own file, then the repository's
 * (`baton.config.json`, else the `baton` key of package.json). Throws `UserError` that names every fault.
 */
export async function configSources(
  root: string,
  home: string,
  env: Record<string, string | undefined>,
): Promise<ConfigSource[]> {
  const personal = personalConfigPath(home, env);
  const [own, file, manifest] = await Promise.all([
    readJson(personal, {}),
    readJson(join(root, "baton.config.json"), { within: root }),
    readJson(join(root, "package.json"), { within: root }),
  ]);
  const sources: ConfigSource[] = [];
  if (own !== undefined) sources.push({ path: personal, owner: "person", values: check(own, personal) });
  const repository = file ?? batonKey(manifest);
  if (repository !== undefined) {
    const path =
      file === undefined ? `${join(root, "package.json")} ("baton")` : join(root, "baton.config.json");
    sources.push({
      path,
      owner: "repository",
      values: verifyHarmless(check(repository, path), path, personal),
    });
  }
  return sources;
}

export function personalConfigPath(home: string, env: Record<string, string | undefined>): string {
  const folder = env.XDG_CONFIG_HOME;
  return join(folder !== undefined && folder !== "" ? folder : join(home, ".config"), "baton", "config.json");
}

/** The settings in force: the repository's over the person's. Redaction only ever adds up. */
export function mergeConfig(sources: readonly ConfigSource[]): Config {
  const merged: Config = {};
  for (const { values } of sources) {
    Object.assign(merged, values, {
      agents: [...(merged.agents ?? []), ...(values.agents ?? [])],
      gates: { ...merged.gates, ...values.gates },
      rules: [...(merged.rules ?? []), ...(values.rules ?? [])],
      handoff: { ...merged.handoff, ...values.handoff },
      brief: { ...merged.brief, ...values.brief },
      redaction: {
        ...merged.redaction,
        ...values.redaction,
        patterns: [...(merged.redaction?.patterns ?? []), ...(values.redaction?.patterns ?? [])],
        allow: [...(merged.redaction?.allow ?? []), ...(values.redaction?.allow ?? [])],
      },
    });
  }
  return merged;
}

async function readJson(path: string, options: ReadOptions): Promise<unknown> {
  const text = (await readTextIfExists(path, options))?.replace(/^\uFEFF/, "");
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A broken package.json is npm's to complain about; a broken file of ours is ours.
    if (path.endsWith("package.json")) return undefined;
    // JSON.parse quotes the file in its message: only the place is said, because the content may be private.
    const { whereJsonBreaks } = await import("./json-fault.ts");
    throw new UserError(
      `${path} is not valid JSON: ${whereJsonBreaks(text)}.`,
      `Fix it, or remove it to go back to the defaults: ${shellLine(["rm", path])}`,
      EXIT.unknownFormat,
    );
  }
}

function batonKey(manifest: unknown): unknown {
  return typeof manifest === "object" && manifest !== null && "baton" in manifest
    ? manifest.baton
    : undefined;
}

function check(values: unknown, path: string): Config {
  const result = ConfigSchema.safeParse(values);
  if (result.success) return result.data;
  const faults = result.error.issues.map(describeIssue);
  throw new UserError(
    `${path} has ${faults.length === 1 ? "a fault" : "faults"}:\n  ${faults.join("\n  ")}`,
    "Fix it, then run this again.",
    EXIT.usage,
  );
}

interface Issue {
  code?: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
}

function describeIssue(issue: Issue): string {
  const at = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return `${at === "" ? "the file" : at}: ${issue.message}`;
  return (issue.keys ?? [])
    .map((key) => {
      const near = nearest(key, knownKeys(issue.path));
      return `${at === "" ? "" : `${at}.`}${key} is not a setting${near === null ? "" : `; did you mean ${near}?`}`;
    })
    .join("\n  ");
}

/** The settings that may stand at `path`, found by walking the schema. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = ConfigSchema;
  for (const step of path) schema = child(unwrap(schema), step);
  const shape = shapeOf(unwrap(schema));
  return shape === null ? [] : Object.keys(shape);
}

function definition(schema: unknown): Record<string, unknown> {
  if (typeof schema !== "object" || schema === null || !("_zod" in schema)) return {};
  const internals = schema._zod;
  if (typeof internals !== "object" || internals === null || !("def" in internals)) return {};
  return internals.def as Record<string, unknown>;
}

function unwrap(schema: unknown): unknown {
  const inner = definition(schema).innerType;
  return inner === undefined ? schema : unwrap(inner);
}

function shapeOf(schema: unknown): Record<string, unknown> | null {
  const shape = definition(schema).shape;
  return typeof shape === "object" && shape !== null ? (shape as Record<string, unknown>) : null;
}

function child(schema: unknown, step: PropertyKey): unknown {
  const shape = shapeOf(schema);
  if (shape !== null) return shape[String(step)];
  return definition(schema).element ?? definition(schema).valueType;
}

function verifyHarmless(config: Config, path: string, personal: string): Config {
  const faults: string[] = PERSONAL_KEYS.filter((key) => config[key] !== undefined).map(
    (key) => `${key} is the person's own to set`,
  );
  if ((config.redaction?.allow ?? []).length > 0) {
    faults.push("redaction.allow: what is not hidden is yours alone to say");
  }
  if (config.redaction?.enabled === false)
    faults.push("redaction.enabled: a repository cannot switch redaction off");
  if (faults.length === 0) return config;
  throw new UserError(
    `${path} decides what only you may decide:\n  ${faults.join("\n  ")}`,
    `Remove it there. If you want it, put it into ${personal}`,
    EXIT.usage,
  );
}
