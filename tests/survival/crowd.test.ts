// @module-tag slow
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { repo } from "../support/repo.ts";
import { buildSaver, startSaver } from "./saver-build.ts";

const PROCESSES = 8;
const SAVES = 25;

it(`serialises ${PROCESSES} processes that save ${SAVES} times each, and loses none`, async () => {
  const here = repo({ "a.ts": "1" });
  const path = await buildSaver();
  const words = (i: number) => [here.root, String(SAVES), "save", "claude", "--note", `from process ${i}`];
  await Promise.all(Array.from({ length: PROCESSES }, (_, i) => startSaver(path, here.env, words(i)).ended));

  const state: SessionState = JSON.parse(
    readFileSync(join(here.root, ".claude/.session-state.json"), "utf8"),
  );
  expect(state.session?.revision).toBe(PROCESSES * SAVES);
  // What each of them said is still there: nobody wrote over what he had not read.
  expect(state.context.notes?.toSorted()).toEqual(
    Array.from({ length: PROCESSES }, (_, i) => `from process ${i}`),
  );

  const folder = join(here.root, ".git", "baton", "sessions", state.session?.id ?? "");
  const names = readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .sort();
  const revisions = names.map(
    (name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as SessionState).session?.revision,
  );
  const last = PROCESSES * SAVES;
  expect(revisions).toEqual(Array.from({ length: 50 }, (_, i) => last - 49 + i));
  expect(names.map((name) => Number.parseInt(name, 10))).toEqual(revisions);
});
