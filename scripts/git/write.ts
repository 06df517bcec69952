import { type SimpleGit, simpleGit } from "simple-git";
import type { Repository } from "./repository.ts";
import { gitEnvironment } from "./run.ts";

// simple-git guards against variables and options that come from strangers. Ours are the person's own environment,
// which hooks and helpers that ask for a password need, and fixed words.
const THE_PERSONS_OWN = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeGitProxy: true,
  allowUnsafePager: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
  // That guard is a variable that would reach the repository's hooks and change how git reads their options.
  allowAbbreviatedOptions: true,
};

/**
 * simple-git for one working tree: for the few commands that change a repository, which are rare and run its hooks.
 * What is measured on every save goes through `tryGit`, which starts sooner and gives bytes. Throws git's own words.
 */
export function writableGit(repository: Repository): SimpleGit {
  const env = defined(gitEnvironment(repository.env));
  return simpleGit({
    baseDir: repository.root,
    allowEnvironment: Object.keys(env),
    unsafe: THE_PERSONS_OWN,
    // It takes a failure without a word on stderr for success: a hook that refuses may well be silent.
    errors: (error, { exitCode, stdErr, stdOut }) =>
      exitCode === 0 ? undefined : (error ?? Buffer.concat([...stdErr, ...stdOut, SILENT])),
  }).env(env);
}

// An empty text would count as no error.
const SILENT = Buffer.from("\n");

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
