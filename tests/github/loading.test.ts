import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

/** Every module that importing `file` loads at once: dynamic imports are not followed. */
async function loadedWith(file: string, loaded = new Set<string>()): Promise<Set<string>> {
  loaded.add(file);
  const source = await readFile(file, "utf8");
  for (const [, names, target = ""] of source.matchAll(/^(?:import|export)\s([^;]*?)from "([^"]+)";$/gm)) {
    if (names?.startsWith("type ")) continue;
    if (!target.startsWith(".")) loaded.add(target);
    else if (!loaded.has(join(dirname(file), target))) await loadedWith(join(dirname(file), target), loaded);
  }
  return loaded;
}

const room = join(import.meta.dirname, "../../scripts/github");

test.each(["facts.ts", "comment.ts"])("%s costs no octokit until there is a token", async (file) => {
  const loaded = [...(await loadedWith(join(room, file)))];
  expect(loaded.filter((name) => name.includes("octokit"))).toEqual([]);
  expect(loaded).toContain(join(room, "session.ts"));
});

test("the client is what loads it", async () => {
  expect(await loadedWith(join(room, "client.ts"))).toContain("@octokit/rest");
});
