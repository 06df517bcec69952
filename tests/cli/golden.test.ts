import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseGolden, playGolden } from "../support/golden.ts";

const FOLDER = join(import.meta.dirname, "golden");

/** A change of words shows in these files. To take it over: npx vitest run tests/cli/golden.test.ts -u */
describe("what the command line prints", () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith(".txt")))("%s", async (name) => {
    const path = join(FOLDER, name);
    await expect(await playGolden(parseGolden(readFileSync(path, "utf8")))).toMatchFileSnapshot(path);
  });
});
