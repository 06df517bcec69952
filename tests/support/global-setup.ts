import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { PACKAGE } from "./package.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where programs are bundled into. */
    bundles: string;
    /** Holds the temporary folder of each worker. */
    temporary: string;
  }
}

/** Makes the folders that the tests share, and removes them when all have run. */
export default function setup(project: TestProject): () => void {
  // Below the package, because that is where bundled programs find its templates and its version.
  const caches = join(PACKAGE, "node_modules", ".cache");
  mkdirSync(caches, { recursive: true });
  const bundles = mkdtempSync(join(caches, "baton-tests-"));
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "baton-tests-")));
  // Some tests run programs as another user.
  for (const folder of [bundles, temporary]) chmodSync(folder, 0o755);
  project.provide("bundles", bundles);
  project.provide("temporary", temporary);
  return () => {
    for (const folder of [bundles, temporary]) rmSync(folder, { recursive: true, force: true });
  };
}
