import { isAbsolute, relative, resolve, sep } from "node:path";

/**
 * Recorded paths as git would spell them: relative to the working tree, with `/`. Relative ones start at `cwd`. What
 * lies in none of the `roots` is left out, and the same file in two of them is named once.
 */
export function repositoryPaths(
  paths: readonly string[],
  roots: readonly string[],
  cwd: string | null,
): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    if (!isAbsolute(path) && cwd === null) continue;
    const absolute = resolve(cwd ?? sep, path);
    // A working tree may lie within another one: the innermost is the file's own.
    const inside = roots.map((root) => relative(root, absolute)).filter(isBelow);
    const shortest = inside.sort((a, b) => a.length - b.length)[0];
    if (shortest !== undefined) found.add(shortest.split(sep).join("/"));
  }
  return [...found];
}

function isBelow(way: string): boolean {
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
