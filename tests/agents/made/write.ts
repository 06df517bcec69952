import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Expected, ExpectedSession } from "../contract.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));

export interface MadeFile {
  /** Below the home. */
  path: string;
  content: string | Buffer;
}

/** An id in the form of a UUID, the same in every run. */
export function uuidOf(session: number, record: number): string {
  return `${session.toString(16).padStart(8, "0")}-0000-4000-8000-${record.toString(16).padStart(12, "0")}`;
}

/** A session in which nothing was said. */
export function blank(scene: string, id: string): ExpectedSession {
  return {
    scene,
    id,
    customTitle: null,
    asks: [],
    replies: [],
    reasoning: [],
    tools: [],
    todos: [],
    end: "complete",
  };
}

/** Writes `tests/fixtures/<agent>/made/` anew. */
export async function writeMade(
  agent: string,
  expected: Expected,
  files: readonly MadeFile[],
): Promise<void> {
  const folder = join(FIXTURES, agent, "made");
  await rm(folder, { recursive: true, force: true });
  for (const { path, content } of files) {
    const target = join(folder, "home", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  await writeFile(join(folder, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
}
