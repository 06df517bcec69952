import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Redacted } from "../../schema/redacted.ts";
import type { GitHubRequest } from "../../scripts/github/session.ts";

/** Put together at run time, so that no scanner takes it for a real one. */
export const TOKEN = ["gh", "p_", "Zx9".repeat(12)].join("");

export const NOW = new Date("2026-01-05T12:30:00Z");

/** Long enough for a loaded machine: only a request that never ends uses it up. */
export const PATIENT_MS = 40_000;

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "baton-github-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A request as `save` would make it on the branch feat/42-x of me/x, against the API at `apiUrl`. */
export async function requestTo(
  apiUrl: string,
  changes: Partial<GitHubRequest> = {},
): Promise<GitHubRequest> {
  return {
    remotes: [{ name: "origin", url: "git@github.com:me/x.git" }],
    branch: "feat/42-x",
    commitMessages: [],
    env: { GH_TOKEN: TOKEN, GITHUB_API_URL: apiUrl },
    cacheFolder: join(await temporaryFolder(), "github"),
    now: NOW,
    signal: new AbortController().signal,
    budgetMs: PATIENT_MS,
    ghAuthToken: async () => null,
    ...changes,
  };
}

/** Everything in a folder, names and contents, as one text. */
export async function everythingIn(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return [...names, ...texts].join("\n");
}

/** Tests hold no secrets: here a plain text may pass for a redacted one. */
export function redacted(text: string): Redacted<string> {
  return text as Redacted<string>;
}
