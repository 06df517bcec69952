import { createEmulator } from "emulate";
import { expect, onTestFinished } from "vitest";
import { TOKEN } from "./support.ts";

export const BRANCH = "feat/1-brief";
/** The token of the other person, you. */
export const YOURS = `${TOKEN}-yours`;

export interface EmulatedGitHub {
  url: string;
  close(): Promise<void>;
  /** A request below /repos/me/x that somebody else than Baton makes; it must succeed. */
  api(method: string, path: string, body?: unknown, token?: string): Promise<Record<string, unknown>>;
  addIssue(title: string, assignees?: string[]): Promise<void>;
  /** Pushes a commit on BRANCH and opens a pull request from it. Answers with the commit's id. */
  addPull(): Promise<string>;
  /** Author and body of each comment on an issue or pull request. */
  comments(number: number): Promise<{ login: string; body: string }[]>;
}

/** A GitHub of this test's own, on loopback, with the people me and you and the repository me/x. */
export async function emulatedGitHub(): Promise<EmulatedGitHub> {
  const person = (login: string) => ({ login, scopes: ["repo", "user"] });
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: { [TOKEN]: person("me"), [YOURS]: person("you") },
      github: {
        users: [{ login: "me" }, { login: "you" }],
        repos: [{ owner: "me", name: "x", auto_init: true }],
      },
    },
  });
  let open = true;
  const close = async () => {
    if (open) await emulator.close();
    open = false;
  };
  onTestFinished(close);

  const api: EmulatedGitHub["api"] = async (method, path, body, token = TOKEN) => {
    const response = await fetch(`${emulator.url}/repos/me/x${path}`, {
      method,
      headers: { authorization: `token ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path}`).toBe(true);
    return response.status === 204 ? {} : Object(await response.json());
  };

  return {
    url: emulator.url,
    close,
    api,
    async addIssue(title, assignees = []) {
      await api("POST", "/issues", { title, assignees });
    },
    async addPull() {
      const main = await api("GET", "/git/ref/heads/main");
      await api("POST", "/git/refs", { ref: `refs/heads/${BRANCH}`, sha: Object(main.object).sha });
      await api("PUT", "/contents/a.txt", { message: "Add it", content: "aGk=", branch: BRANCH });
      const pull = await api("POST", "/pulls", { title: "Cut the brief", head: BRANCH, base: "main" });
      return Object(pull.head).sha;
    },
    async comments(number) {
      const all = Object.values(await api("GET", `/issues/${number}/comments`));
      return all.map((comment) => ({
        login: Object(Object(comment).user).login,
        body: Object(comment).body,
      }));
    },
  };
}
