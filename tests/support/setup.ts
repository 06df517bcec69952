import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

// A temporary folder of its own for each worker: a test may look whether anything was left there. Some tests run
// programs as another user, who also has to write there.
const folder = join(inject("temporary"), process.env.VITEST_POOL_ID ?? "");
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o1777);
process.env.TMPDIR = folder;
