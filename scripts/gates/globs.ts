import picomatch from "picomatch";

/** Whether a path (relative to the root, with `/`) matches one of the globs; names that begin with a dot do too. */
export function globMatcher(
  globs: readonly string[],
  exclude: readonly string[] = [],
): (path: string) => boolean {
  return picomatch([...globs], { dot: true, ...(exclude.length === 0 ? {} : { ignore: [...exclude] }) });
}
