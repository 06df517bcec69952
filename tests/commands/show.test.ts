import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal, run } from "../support/cli.ts";
import { repo } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";

async function sessionIn(
  home: string,
  here: ReturnType<typeof repo>,
): Promise<{ id: string; title: string }[]> {
  return (await run(here, ["list"], { home })).data.sessions as { id: string; title: string }[];
}

describe("baton show", () => {
  it.each(["claude", "codex", "copilot", "gemini"] as const)(
    "shows a conversation of %s with its tool calls folded",
    async (agent) => {
      const here = repo();
      const home = homeWithSessions(agent, here.root);
      const sessions = await sessionIn(home, here);
      const shown = await Promise.all(sessions.map(({ id }) => run(here, ["show", id], { home })));
      for (const { out } of shown) expect(out).toMatch(/^# .+\n\n- Agent: /);
      const all = shown.map(({ out }) => out).join("\n");
      expect(all).toMatch(/\n## Person/);
      expect(all).toMatch(/\n## Assistant/);
      expect(all).toMatch(/\n- \*\*\w+\*\*/);
      expect(all).toMatch(/\n {2}→ (done|failed|interrupted)/);
    },
  );

  it("takes the beginning of an id, and names the candidates when it fits several", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const sessions = await sessionIn(home, here);
    const [first] = sessions;
    if (first === undefined) throw new Error("the fixture has no session");
    const { data } = await run(here, ["show", first.id.slice(0, 13)], { home });
    expect(data.session).toMatchObject({ id: first.id });
    const common = homeWithSessions("codex", here.root);
    const codex = await sessionIn(common, here);
    const ambiguous = await refusal(here, ["show", "01a1fa0"], { home: common });
    expect(ambiguous.code).toBe(5);
    expect(ambiguous.message).toContain(`${codex.length} sessions have an id that begins with 01a1fa0:`);
    const offered = ambiguous.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(" ")[0] ?? "");
    expect(offered).toHaveLength(codex.length);
    for (const id of offered) expect((await run(here, ["show", id], { home: common })).code).toBe(0);
    expect(await refusal(here, ["show", ""], { home })).toMatchObject({
      code: 2,
      message: "The session id is empty.",
    });
    expect((await refusal(here, ["show", "zzzz"], { home })).code).toBe(4);
  });

  it("shows only the last turns", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const whole = await Promise.all(
      (await sessionIn(home, here)).map(({ id }) => run(here, ["show", id], { home })),
    );
    const asks = (text: string) => text.match(/\n## Person/g)?.length ?? 0;
    const longest = whole.toSorted((a, b) => asks(b.out) - asks(a.out))[0];
    if (longest === undefined) throw new Error("the fixture has no session");
    expect(asks(longest.out)).toBeGreaterThan(1);
    const id = (longest.data.session as { id: string }).id;
    expect(asks((await run(here, ["show", id, "--last", "1"], { home })).out)).toBe(1);
    expect((await refusal(here, ["show", id, "--last", "none"], { home })).code).toBe(2);
  });

  it("finds text in any case, and gives JSON that can be parsed", async () => {
    const here = repo();
    const home = homeWithSessions("codex", here.root);
    const [first] = await sessionIn(home, here);
    if (first === undefined) throw new Error("the fixture has no session");
    const { out } = await run(here, ["show", first.id, "--format", "json"], { home });
    const { entries } = JSON.parse(out) as { entries: { type: string; role: string; text?: string }[] };
    const ask = entries.find(({ type, role }) => type === "text" && role === "user");
    const word = ask?.text?.trim().split(/\s+/)[0] ?? "";
    const found = await run(here, ["show", first.id, "--format", "json", "--grep", word.toUpperCase()], {
      home,
    });
    const matches = (JSON.parse(found.out) as { entries: unknown[] }).entries;
    expect(matches.length).toBeGreaterThan(0);
    for (const entry of matches) expect(JSON.stringify(entry).toLowerCase()).toContain(word.toLowerCase());
    for (const nowhere of ["no such text anywhere", "tool_call", '"role"']) {
      const none = await run(here, ["show", first.id, "--format", "json", "--grep", nowhere], { home });
      expect((JSON.parse(none.out) as { entries: unknown[] }).entries).toEqual([]);
      expect(none.talk).toContain("Nothing in this session contains");
    }
  });

  it("knows the model and the client's version in either format", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const [first] = await sessionIn(home, here);
    const { out } = await run(here, ["show", first?.id ?? "", "--format", "json"], { home });
    expect(JSON.parse(out).facts).toMatchObject({ model: "claude-sonnet-4-5", clientVersion: "2.1.197" });
    expect((await run(here, ["show", first?.id ?? ""], { home })).out).toContain("- Agent: claude 2.1.197\n");
    const other = homeWithSessions("gemini", here.root);
    const [newest] = await sessionIn(other, here);
    const shown = await run(here, ["show", newest?.id ?? ""], { home: other });
    expect(shown.out).toContain("- Model: gemini-2.5-flash\n\n## Person");
  });

  it("shows the line that the words are in, where a result is folded to one", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const story = (await sessionIn(home, here)).find(({ title }) => title.startsWith("Add a greeting"));
    const { out } = await run(here, ["show", story?.id ?? "", "--grep", "no such FILE"], { home });
    expect(out).toMatch(/failed \(exit 1\), 2 lines: cat: missing\.txt: No such file/);
    expect(out).not.toContain("## Person");
  });

  it("shows a session although another agent's store cannot be read, which is named when nothing is found", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const [first] = await sessionIn(home, here);
    mkdirSync(join(home, ".codex", "sessions"), { recursive: true });
    writeFileSync(join(home, ".codex", "sessions", "threads.db"), "x");
    expect((await run(here, ["show", first?.id ?? ""], { home })).code).toBe(0);
    const error = await refusal(here, ["show", "zzzz"], { home });
    expect(error.code).toBe(6);
    expect(error.message).toContain("threads.db");
  });

  it("asks nobody where there is no terminal", async () => {
    const error = await refusal(repo(), ["show"]);
    expect(error.code).toBe(2);
    expect(error.fix).toContain("baton list");
  });

  it("answers --json with the entries in one object", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const [first] = await sessionIn(home, here);
    const { data, out } = await run(here, ["show", first?.id ?? "", "--json"], { home });
    expect(out).toBe("");
    expect((data.entries as unknown[]).length).toBeGreaterThan(0);
  });
});
