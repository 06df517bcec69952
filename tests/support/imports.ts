import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { PACKAGE } from "./package.ts";

/** One import of a source file, as it is written: static or dynamic, of values or of types alone. */
export interface Import {
  from: string;
  /** A path from the package's root for our own files, else the specifier. */
  to: string;
  isOurs: boolean;
  /** True for `import(…)`, which is not there before it is needed. */
  isDynamic: boolean;
}

/** Our sources, as paths from the package's root. */
export function sources(): string[] {
  return ["scripts", "schema"].flatMap((folder) =>
    readdirSync(join(PACKAGE, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => posix.join(folder, name.replaceAll("\\", "/"))),
  );
}

export function read(file: string): string {
  return readFileSync(join(PACKAGE, file), "utf8");
}

// Biome formats every statement to begin its line, and every specifier into double quotes.
const STATEMENT = /^(?:import|export)\s(?:[^"'`;]*?\sfrom\s+)?"([^"\n]+)"/gm;
const CALL = /\bimport\(\s*"([^"\n]+)"\s*\)/g;

export function importsOf(file: string, text = read(file)): Import[] {
  const found = (pattern: RegExp, isDynamic: boolean) =>
    [...text.matchAll(pattern)].map(([, specifier = ""]) => {
      const isOurs = specifier.startsWith(".");
      const to = isOurs ? posix.join(posix.dirname(file), specifier) : specifier;
      return { from: file, to, isOurs, isDynamic };
    });
  return [...found(STATEMENT, false), ...found(CALL, true)];
}

/** Imports of something that is only known when the code runs. */
export function unknownImports(text: string): string[] {
  return text.match(/^.*\bimport\((?!\s*").*$/gm)?.filter((line) => !/^\s*(\/\/|\*)/.test(line)) ?? [];
}

/** The room that a file is in. The doors are the files of `scripts/` itself. */
export function roomOf(file: string): string {
  const [top = "", room = "", ...rest] = file.split("/");
  if (top === "schema") return "schema";
  return rest.length === 0 ? "doors" : room;
}

/** The package that a specifier belongs to, or null for what Node brings. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith("node:")) return null;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
