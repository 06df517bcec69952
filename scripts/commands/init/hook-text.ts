import { hasBlock, insertBlock, withBlock } from "./marks.ts";

/** The git hooks that Baton has something to say in. */
export const HOOKS = [
  "pre-commit",
  "post-checkout",
  "post-merge",
  "post-rewrite",
  "post-commit",
  "pre-push",
] as const;
export type Hook = (typeof HOOKS)[number];

/** Where the shared script lies, below the git folder that all working trees share. */
export const SCRIPT = "baton/hooks.sh";

/**
 * What a hook file gets. It starts no process to find the script, and reads it into a subshell rather than
 * starting another shell: on a large repository each start is a percent of the commit. Only the refusal (1) gets out.
 */
export function hookBlock(hook: Hook): string[] {
  const end = hook === "pre-commit" ? "|| [ $? -ne 1 ] || exit 1" : "|| :";
  return [
    "# Looks after saved agent sessions, and is silent where there are none. BATON_HOOKS=0 switches it off.",
    `baton=\${GIT_DIR:-.git}; [ ! -f "$baton/commondir" ] || baton=$baton/../..`,
    `[ ! -f "$baton/${SCRIPT}" ] || [ ! -r "$baton/${SCRIPT}" ] || (set -- ${hook} "$@"; . "$baton/${SCRIPT}") </dev/null ${end}`,
  ];
}

/** The same as one line, for hook managers and for adding by hand to a hook in whatever shell. */
export function hookLine(hook: Hook, args = '"$@"'): string {
  const words = ['sh "$f"', hook, args, "</dev/null"].filter((word) => word !== "").join(" ");
  return `f=$(git rev-parse --git-common-dir)/${SCRIPT}; [ ! -f "$f" ] || [ ! -r "$f" ] || ${words}${hook === "pre-commit" ? " || exit 1" : ""}`;
}

/** Whether a command, or the config that it stands in, runs the script for this hook: by `hookLine` or in another way. */
export function runsScript(text: string, hook: Hook): boolean {
  return text.includes("hooks.sh") && new RegExp(`(?:hooks\\.sh|\\$f)\\\\?["']? +${hook}\\b`).test(text);
}

/** The hooks that a hook manager's config, whoever wrote it, does not run the script for. */
export function hooksNotIn(config: string): Hook[] {
  return HOOKS.filter((hook) => !runsScript(config, hook));
}

/** The hook file with our block right after its `#!` line, before the person's own part can exit; a new file for null. */
export function withHookBlock(hook: Hook, text: string | null): string {
  if (text === null) return insertBlock("#!/bin/sh\n", "#!/bin/sh\n".length, hookBlock(hook));
  if (!hasBlock(text) && runsScript(text, hook)) return text;
  return withBlock(text, hookBlock(hook), (whole) => {
    const end = whole.indexOf("\n") + 1;
    if (!whole.startsWith("#!")) return 0;
    return end === 0 ? whole.length : end;
  });
}

const SHELLS = new Set(["sh", "bash", "dash", "ash", "ksh", "mksh"]);

/** Whether a POSIX shell runs this hook. Without a `#!` line git lets `sh` do it. */
export function isShellHook(text: string): boolean {
  const first = /^#!\s*(.*)/.exec(text)?.[1];
  if (first === undefined) return true;
  const words = first
    .trim()
    .split(/\s+/)
    .map((word) => word.slice(word.lastIndexOf("/") + 1));
  const program =
    words[0] === "env"
      ? words.slice(1).find((word) => !word.startsWith("-") && !word.includes("="))
      : words[0];
  return program !== undefined && SHELLS.has(program);
}

/** Whether a hook file does nothing: what is left of one that we made when our block is out of it. */
export function isEmptyHook(text: string): boolean {
  return /^(#!.*)?\s*$/.test(text);
}
