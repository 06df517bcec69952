import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { PACKAGE } from "./package.ts";

declare module "vitest" {
  interface ProvidedContext {
    bundles: string;
  }
}

/** Makes the folder that programs are bundled into, and removes it when all tests have run. */
export default function setup(project: TestProject): () => void {
  // Below the package, because that is where they find its templates and its version.
  const caches = join(PACKAGE, "node_modules", ".cache");
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, "baton-tests-"));
  // Some tests start them as another user.
  chmodSync(folder, 0o755);
  project.provide("bundles", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
