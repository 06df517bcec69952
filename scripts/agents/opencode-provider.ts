import { join } from "node:path";
import { readTextIfExists } from "../base/files.ts";

// Where OpenCode's settings may name what it works with, and under which key; the first that does wins.
const SETTINGS: readonly [file: string, key: string][] = [
  [".opencode/config.json", "default_provider"],
  ["opencode.json", "model"],
  ["opencode.jsonc", "model"],
  [".opencode/opencode.json", "model"],
  [".opencode/opencode.jsonc", "model"],
];

/** The provider or model that this repository's OpenCode settings name, or null. Comments in them are no obstacle. */
export async function openCodeProvider(root: string): Promise<string | null> {
  for (const [file, key] of SETTINGS) {
    const text = await readTextIfExists(join(root, file));
    if (text === null) continue;
    const { parse } = await import("jsonc-parser");
    const settings: unknown = parse(text);
    const value = typeof settings === "object" && settings !== null ? Reflect.get(settings, key) : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
