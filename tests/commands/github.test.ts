import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { good, type HostileServer, hostileServer } from "../github/hostile-server.ts";
import { TOKEN } from "../github/support.ts";
import { run } from "../support/cli.ts";
import { type Repo, repo } from "../support/repo.ts";

/** A repository on the branch feat/42-x of me/x, and what its environment says about GitHub. */
function onGitHub(server: HostileServer): { here: Repo; options: { env: Record<string, string> } } {
  const here = repo({ "a.ts": "1\n" });
  here.git("checkout", "-q", "-b", "feat/42-x");
  here.git("remote", "add", "origin", "git@github.com:me/x.git");
  return { here, options: { env: { GH_TOKEN: TOKEN, GITHUB_API_URL: server.url } } };
}

const everything = (here: Repo) => readFileSync(join(here.root, ".claude/.session-state.json"), "utf8");

describe("save", () => {
  it("lists the issues and the pull requests of the branch", async () => {
    const { here, options } = onGitHub(await hostileServer(good));
    const { out } = await run(here, ["save", "claude"], options);
    expect(out).toContain("\n   Issues: #42, #7\n   Pull requests: #9\n");
    expect(everything(here)).not.toContain(TOKEN);
  });

  it("lists the remembered ones when GitHub is away, and marks them for the next agent too", async () => {
    const server = await hostileServer(good);
    const { here, options } = onGitHub(server);
    await run(here, ["save", "claude"], options);
    await server.close();
    const { code, out, talk } = await run(here, ["save", "claude"], options);
    expect(code).toBe(0);
    expect(out).toContain("\n   Issues: #42, #7\n   Pull requests: #9\n");
    expect(talk).toContain("GitHub can't be reached (ECONNREFUSED); issues and pull requests are as of ");
    const brief = await run(here, ["restore", "claude", "--prompt"]);
    expect(brief.out).toContain("remembered: GitHub did not answer when this was saved.");
  });
});

describe("handoff --comment", () => {
  it("says once why the summary was not posted, and is done all the same", async () => {
    const server = await hostileServer(good);
    const { here, options } = onGitHub(server);
    await server.close();
    const { code, out } = await run(
      here,
      ["handoff", "claude", "codex", "--no-validate", "--comment", "--task", "Add login"],
      options,
    );
    expect(code).toBe(0);
    expect(out).toContain("⚠️  The summary was not posted: GitHub can't be reached (ECONNREFUSED).\n");
  });
});
