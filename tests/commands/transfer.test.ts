import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../schema/transcript.ts";
import type { Transferred } from "../../scripts/commands/transfer/transfer.ts";
import { refusal, run } from "../support/cli.ts";
import { programs } from "../support/programs.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";
import { SECRETS } from "../support/secrets.ts";
import { homeWithSessions } from "../support/sessions.ts";
import { snapshot } from "../support/snapshot.ts";

type Answer = Omit<Transferred, "undo">;
const AGENTS = ["claude", "codex", "copilot", "gemini"] as const;

/** The session of the fixtures that has everything in it: three turns, calls of every kind, a usage limit. */
function storyOf(agent: (typeof AGENTS)[number]): string {
  const folder = join(import.meta.dirname, "..", "fixtures", agent);
  const [version = ""] = readdirSync(folder).filter((name) => /^\d/.test(name));
  const { sessions } = JSON.parse(readFileSync(join(folder, version, "expected.json"), "utf8")) as {
    sessions: { scene: string; id: string }[];
  };
  return sessions.find(({ scene }) => scene === "story")?.id ?? "";
}

async function transfer(here: Repo, home: string, argv: readonly string[]): Promise<Answer> {
  const { data } = await run(here, ["transfer", ...argv], { home });
  return data as unknown as Answer;
}

async function entriesOf(here: Repo, home: string, id: string): Promise<Entry[]> {
  const { out } = await run(here, ["show", id, "--format", "json"], { home });
  return (JSON.parse(out) as { entries: Entry[] }).entries;
}

function targetOf({ target }: Answer): NonNullable<Answer["target"]> {
  if (target === null) throw new Error("nothing was written");
  return target;
}

/** What the person and the assistant said, without the note of an import. */
function said(entries: readonly Entry[]): string[] {
  const texts = entries.flatMap((entry) => (entry.type === "text" && !entry.injected ? [entry.text] : []));
  return texts.filter((text) => !text.startsWith("[Imported conversation]"));
}

/** Another turn in a session of Codex. */
function goOn(path: string, question: string, answered: string) {
  const timestamp = "2026-01-05T12:20:00Z";
  const message = (role: string, type: string, text: string) =>
    `${JSON.stringify({ timestamp, type: "response_item", payload: { type: "message", role, content: [{ type, text }] } })}\n`;
  appendFileSync(path, message("user", "input_text", question));
  appendFileSync(path, message("assistant", "output_text", answered));
}

/** A session of Claude that says and does this. */
function claudeSession(
  here: Repo,
  home: string,
  records: readonly object[],
  id = "11111111-2222-4333-8444-555555555555",
) {
  const folder = join(home, ".claude", "projects", here.root.replace(/[^A-Za-z0-9]/g, "-"));
  mkdirSync(folder, { recursive: true });
  const lines = records.map((record, i) =>
    JSON.stringify({
      uuid: `u${i}`,
      parentUuid: i === 0 ? null : `u${i - 1}`,
      sessionId: id,
      cwd: here.root,
      gitBranch: "main",
      version: "2.1.197",
      isSidechain: false,
      userType: "external",
      timestamp: new Date(Date.UTC(2026, 0, 5, 12, 0, i)).toISOString(),
      ...record,
    }),
  );
  writeFileSync(join(folder, `${id}.jsonl`), `${lines.join("\n")}\n`);
  return id;
}

const ask = (content: string) => ({ type: "user", message: { role: "user", content } });
const reply = (text: string) => ({
  type: "assistant",
  message: { role: "assistant", model: "claude-opus-4-1", content: [{ type: "text", text }] },
});
const use = (id: string, command: string) => ({
  type: "assistant",
  message: {
    role: "assistant",
    model: "claude-opus-4-1",
    content: [{ type: "tool_use", id, name: "Bash", input: { command } }],
  },
});
const answer = (id: string, content: string) => ({
  type: "user",
  message: { role: "user", content: [{ type: "tool_result", tool_use_id: id, content }] },
});

describe("baton transfer", () => {
  it.each(AGENTS.flatMap((from) => AGENTS.filter((to) => to !== from).map((to) => [from, to] as const)))(
    "carries a session of %s over into %s, and says how to resume it",
    async (from, to) => {
      const here = repo();
      const home = homeWithSessions(from, here.root);
      const before = snapshot(home);
      const id = storyOf(from);
      const data = await transfer(here, home, [from, to, "--session-id", id]);
      const target = targetOf(data);
      expect(data).toEqual({
        source: { agent: from, session_id: id },
        target: {
          agent: to,
          session_id: expect.stringMatching(/./),
          path: expect.stringContaining(home),
          resume_command: expect.arrayContaining([expect.stringContaining(target.session_id)]),
        },
        fidelity: {
          entries: expect.any(Number),
          tool_pairs: expect.any(Number),
          as_text: expect.any(Number),
          left_out: 0,
          cut: { outputs_shortened: 0, turns_folded: 0, entries_folded: 0 },
        },
        existed: false,
        content: {
          title: expect.stringMatching(/./),
          first_ask: expect.stringMatching(/./),
          last_ask: expect.stringMatching(/./),
          tokens: expect.any(Number),
          max_tokens: 150_000,
        },
        confirmed: null,
        unread: null,
      });
      const source = await entriesOf(here, home, id);
      const written = await entriesOf(here, home, target.session_id);
      expect(said(written)).toEqual(said(source));
      expect(data.fidelity.tool_pairs).toBe(source.filter(({ type }) => type === "tool_call").length);
      // The note comes first, and every pair is whole.
      const note = written.find(({ type }) => type === "text");
      expect(note).toMatchObject({ role: "user", text: expect.stringMatching(/^\[Imported conversation\]/) });
      expect(note).toMatchObject({ text: expect.stringContaining(id) });
      // What was there is as it was.
      expect(snapshot(home)).toMatchObject(before);
      expect(statSync(target.path).mode & 0o077).toBe(0);
    },
  );

  it("prints what was carried over, and the command that resumes it", async () => {
    const here = repo();
    const home = homeWithSessions("codex", here.root);
    const { out, code } = await run(here, ["transfer", "codex", "claude", "--session-id", storyOf("codex")], {
      home,
    });
    expect(code).toBe(0);
    expect(out).toMatch(/Carried over \d+ entries, 8 tool calls into claude's session [0-9a-f-]{36}/);
    expect(out).toMatch(/claude --resume [0-9a-f-]{36}/);
  });

  it("takes the newest session of this repository when none is named", async () => {
    const here = repo();
    const home = homeWithSessions("codex", here.root);
    const { data } = await run(here, ["list", "--agent", "codex"], { home });
    const [newest] = data.sessions as { id: string }[];
    expect((await transfer(here, home, ["codex", "claude"])).source.session_id).toBe(newest?.id);
  });

  it("makes no second copy of the same conversation, unless asked to", async () => {
    const here = repo();
    const home = homeWithSessions("gemini", here.root);
    const first = await transfer(here, home, ["gemini", "codex"]);
    const stored = snapshot(home);
    const { out, data } = await run(here, ["transfer", "gemini", "codex"], { home });
    expect(data).toMatchObject({ existed: true, target: targetOf(first), fidelity: first.fidelity });
    expect(out).toContain(`Already carried over: codex's session ${targetOf(first).session_id}`);
    expect(out).toContain("--again");
    expect(snapshot(home)).toEqual(stored);
    const dry = await transfer(here, home, ["gemini", "codex", "--dry-run"]);
    expect(dry).toMatchObject({ existed: true, target: targetOf(first) });
    const again = await transfer(here, home, ["gemini", "codex", "--again"]);
    expect(targetOf(again).session_id).not.toBe(targetOf(first).session_id);
    expect(again.existed).toBe(false);
  });

  it("makes another copy when the conversation went on, or when the first copy is gone", async () => {
    const here = repo();
    const home = temporaryFolder();
    const records = [ask("Add a test"), reply("Done.")];
    claudeSession(here, home, records);
    const first = await transfer(here, home, ["claude", "codex"]);
    rmSync(targetOf(first).path);
    const second = await transfer(here, home, ["claude", "codex"]);
    expect(second.existed).toBe(false);
    claudeSession(here, home, [...records, ask("And the README"), reply("Done too.")]);
    const third = await transfer(here, home, ["claude", "codex"]);
    expect(third.existed).toBe(false);
    expect(said(await entriesOf(here, home, targetOf(third).session_id))).toContain("And the README");
  });

  it("does not double a conversation that comes home, and brings what is new", async () => {
    const here = repo();
    const home = temporaryFolder();
    const id = claudeSession(here, home, [
      ask("Add a test"),
      use("toolu_1", "npm test"),
      answer("toolu_1", "1 passed"),
      reply("There is one now."),
    ]);
    const away = targetOf(await transfer(here, home, ["claude", "codex"]));
    goOn(away.path, "Now the README", "It is written.");
    const back = targetOf(await transfer(here, home, ["codex", "claude", "--session-id", away.session_id]));
    expect(back.session_id).not.toBe(id);
    const entries = await entriesOf(here, home, back.session_id);
    expect(said(entries)).toEqual(["Add a test", "There is one now.", "Now the README", "It is written."]);
    expect(entries.filter(({ type }) => type === "tool_call")).toHaveLength(1);
    const notes = entries.filter((entry) => entry.type === "text" && entry.text.startsWith("[Imported"));
    expect(notes).toHaveLength(1);
  });

  it.each([
    ["whole", []],
    ["with an older part cut on the way", ["--max-tokens", "400"]],
  ])("goes there and back as often as one likes, in order and nothing twice: %s", async (_, options) => {
    const here = repo();
    const home = temporaryFolder();
    claudeSession(here, home, [
      ask("First"),
      use("toolu_1", "npm test"),
      answer("toolu_1", "passed ".repeat(400)),
      reply("First done."),
      ask("Second"),
      reply("Second done."),
    ]);
    const carry = async (from: string, to: string, id?: string, more: string[] = []) =>
      targetOf(
        await transfer(here, home, [from, to, ...(id === undefined ? [] : ["--session-id", id]), ...more]),
      );
    const there = await carry("claude", "codex", undefined, options);
    goOn(there.path, "Third", "Third done.");
    const back = await carry("codex", "claude", there.session_id);
    const thereAgain = await carry("claude", "codex", back.session_id);
    goOn(thereAgain.path, "Fourth", "Fourth done.");
    const backAgain = await carry("codex", "claude", thereAgain.session_id);
    const last = await carry("claude", "codex", backAgain.session_id);
    const entries = await entriesOf(here, home, last.session_id);
    const turns = ["First", "Second", "Third", "Fourth"];
    expect(said(entries)).toEqual(turns.flatMap((turn) => [turn, `${turn} done.`]));
    expect(entries.filter(({ type }) => type === "tool_call")).toHaveLength(1);
  });

  it("hides nothing with --no-redact, says so, and takes no hidden copy for the same", async () => {
    const here = repo();
    const home = temporaryFolder();
    claudeSession(here, home, [ask(`Use ${SECRETS.github} for the login`), reply("Done.")]);
    const hidden = targetOf(await transfer(here, home, ["claude", "codex"]));
    const { talk, data } = await run(here, ["transfer", "claude", "codex", "--no-redact"], { home });
    expect(talk).toContain("Redaction is OFF");
    const plain = targetOf(data as unknown as Answer);
    expect(plain.session_id).not.toBe(hidden.session_id);
    expect(readFileSync(plain.path, "utf8")).toContain(SECRETS.github);
    expect(readFileSync(hidden.path, "utf8")).not.toContain(SECRETS.github);
  });

  it("hides nothing where the person's own config says so, and says it each time", async () => {
    const here = repo();
    const home = temporaryFolder();
    const id = claudeSession(here, home, [ask(`Use ${SECRETS.github} for the login`), reply("Done.")]);
    mkdirSync(join(home, ".config", "baton"), { recursive: true });
    writeFileSync(join(home, ".config", "baton", "config.json"), '{"redaction":{"enabled":false}}');
    const { out, talk } = await run(here, ["show", id], { home });
    expect(out).toContain(SECRETS.github);
    expect(talk).toContain("Redaction is OFF");
  });

  it.each([
    ["a copy", []],
    ["Markdown", ["--format", "markdown"]],
  ])("says what of the source could not be read, for %s", async (_, options) => {
    const here = repo();
    const home = temporaryFolder();
    const id = claudeSession(here, home, [ask("Add a test"), reply("Done.")]);
    const folder = join(home, ".claude", "projects", here.root.replace(/[^A-Za-z0-9]/g, "-"));
    appendFileSync(join(folder, `${id}.jsonl`), '{"type":"assistant","mess');
    const { talk } = await run(here, ["transfer", "claude", "codex", ...options], { home });
    expect(talk).toContain(`${id}.jsonl: read 2 records, 1 skipped: 1 torn`);
  });

  it("writes nothing in a dry run, and says what it would do", async () => {
    const here = repo();
    const home = homeWithSessions("codex", here.root);
    const before = [snapshot(home), snapshot(here.root)];
    const { out, data } = await run(here, ["transfer", "codex", "claude", "--dry-run"], { home });
    expect(out).toContain("Would carry over");
    expect(data).toMatchObject({ target: null, fidelity: { entries: expect.any(Number) } });
    expect([snapshot(home), snapshot(here.root)]).toEqual(before);
  });

  it.each([
    [["--format", "markdown"], /wc|cat|greeting/],
    [["--stdout"], /greeting/],
  ])("prints the conversation with %j, and writes nothing", async (options, words) => {
    const here = repo();
    const home = homeWithSessions("codex", here.root);
    const before = [snapshot(home), snapshot(here.root)];
    const { out } = await run(
      here,
      ["transfer", "codex", "claude", "--session-id", storyOf("codex"), ...options],
      { home },
    );
    expect(out).toMatch(words);
    for (const text of said(await entriesOf(here, home, storyOf("codex"))))
      expect(out).toContain(text.split("\n")[0]);
    expect(out).toMatch(/^## Note · .*\n\n\[Imported conversation\][^#]*\n\n## Person · 2026-11-20T/m);
    expect([snapshot(home), snapshot(here.root)]).toEqual(before);
  });

  it("prints one JSON object with --format json, with every entry in it", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const id = storyOf("claude");
    const { out } = await run(here, ["transfer", "claude", "codex", "--session-id", id, "--format", "json"], {
      home,
    });
    const json = JSON.parse(out) as { source: unknown; entries: Entry[]; cut: unknown };
    expect(json.source).toEqual({ agent: "claude", session_id: id });
    expect(said(json.entries)).toEqual(said(await entriesOf(here, home, id)));
    expect(json.entries.map(({ type }) => type)).not.toContain("reasoning");
  });

  it("carries reasoning only when asked to", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const id = storyOf("claude");
    const thoughts = (await entriesOf(here, home, id)).filter(({ type }) => type === "reasoning");
    expect(thoughts.length).toBeGreaterThan(0);
    const without = await transfer(here, home, ["claude", "codex", "--session-id", id]);
    const withThem = await transfer(here, home, [
      "claude",
      "codex",
      "--session-id",
      id,
      "--include-reasoning",
    ]);
    expect(withThem.existed).toBe(false);
    expect(withThem.fidelity.entries - without.fidelity.entries).toBe(thoughts.length);
  });

  it("cuts to --max-tokens, counts what was cut, says it, and keeps the newest turn", async () => {
    const here = repo();
    const home = temporaryFolder();
    const turns = Array.from({ length: 30 }, (_, n) => [
      ask(`ask number ${n}`),
      use(`toolu_${n}`, `cat file-${n}`),
      answer(`toolu_${n}`, "x".repeat(6000)),
      reply(`reply number ${n}`),
    ]).flat();
    claudeSession(here, home, turns);
    const { out, data } = await run(here, ["transfer", "claude", "codex", "--max-tokens", "4000"], { home });
    const { fidelity, target } = data as unknown as Answer;
    expect(fidelity.cut.turns_folded).toBeGreaterThan(0);
    expect(out).toContain(`${fidelity.cut.turns_folded} older turns folded into one line each`);
    const entries = await entriesOf(here, home, target?.session_id ?? "");
    const text = JSON.stringify(entries);
    expect(text).toContain(`${fidelity.cut.turns_folded} older turns folded`);
    expect(text).toContain("ask number 29");
    expect(text).toContain("x".repeat(6000));
    const whole = await transfer(here, home, ["claude", "codex", "--full"]);
    expect(whole.fidelity.cut).toEqual({ outputs_shortened: 0, turns_folded: 0, entries_folded: 0 });
    expect(whole.fidelity.tool_pairs).toBe(30);
    here.write("baton.config.json", JSON.stringify({ handoff: { max_tokens: 4000 } }));
    const dry = await run(here, ["transfer", "claude", "codex", "--dry-run", "--again"], { home });
    expect(dry.data).toMatchObject({ fidelity: { ...fidelity, as_text: null, left_out: 0 } });
    expect(dry.out).toContain(`${fidelity.cut.turns_folded} older turns folded into one line each`);
  });

  it.each(["0", "-1", "1.5", "many"])("refuses --max-tokens %s", async (n) => {
    const here = repo();
    const error = await refusal(here, ["transfer", "claude", "codex", `--max-tokens=${n}`], {
      home: homeWithSessions("claude", here.root),
    });
    expect(error.code).toBe(2);
    expect(error.message).toContain("whole number of at least 1");
  });

  it("refuses agents that it does not know, and those that it cannot write for", async () => {
    const here = repo({ "baton.config.json": JSON.stringify({ agents: [{ name: "aider" }] }) });
    const home = homeWithSessions("claude", here.root);
    const unknown = await refusal(here, ["transfer", "claude", "codx"], { home });
    expect(unknown).toMatchObject({ code: 2, fix: expect.stringContaining("Did you mean codex?") });
    const unwritable = await refusal(here, ["transfer", "claude", "aider"], { home });
    expect(unwritable).toMatchObject({ code: 2, fix: expect.stringContaining("--format markdown") });
    const { out } = await run(here, ["transfer", "claude", "aider", "--format", "markdown"], { home });
    expect(out).toContain("Imported conversation");
  });

  it("says where it looked when there is no session", async () => {
    const home = temporaryFolder();
    const error = await refusal(repo(), ["transfer", "codex", "claude"], { home });
    expect(error.code).toBe(4);
    expect(error.message).toContain(join(home, ".codex", "sessions"));
    const named = await refusal(repo(), ["transfer", "codex", "claude", "--session-id", "abc"], { home });
    expect(named.code).toBe(4);
  });

  it("shows with --dry-run what would travel, and what would be cut of it", async () => {
    const here = repo();
    const home = temporaryFolder();
    claudeSession(here, home, [
      ask("Build the coupon engine"),
      reply("Done."),
      ask(`Now use ${SECRETS.github} for it`),
      reply("Yes."),
      ask("Add a German translation"),
      reply("It is there."),
    ]);
    const dry = (...more: string[]) =>
      run(here, ["transfer", "claude", "codex", "--dry-run", ...more], { home });
    const whole = await dry();
    expect(whole.out).toContain(
      "   First ask: Build the coupon engine\n   Last ask: Add a German translation\n",
    );
    expect(whole.out).toMatch(/ {3}Size: about \d+ tokens\n {3}Nothing would be cut\n$/);
    expect(whole.data.content).toMatchObject({ first_ask: "Build the coupon engine", max_tokens: 150_000 });
    const cut = await dry("--max-tokens", "5");
    expect(cut.out).toContain("   First ask: Build the coupon engine\n");
    expect(cut.out).toContain("   Not as it was: 2 older turns folded into one line each\n");
    expect(cut.out).toMatch(
      / {3}The newest turn alone is above the 5 tokens that were allowed: it is carried whole, about \d+ tokens\n/,
    );
    expect(cut.out).not.toContain("Nothing would be cut");
    const carried = await run(here, ["transfer", "claude", "codex", "--max-tokens", "5"], { home });
    expect(carried.out).toContain("The newest turn alone is above the 5 tokens that were allowed");
    expect((await dry("--full", "--again")).data.content).toMatchObject({ max_tokens: null });
  });

  it("names the candidates when an id fits several sessions", async () => {
    const here = repo();
    const home = homeWithSessions("codex", here.root);
    const error = await refusal(here, ["transfer", "codex", "claude", "--session-id", "01a1fa0"], { home });
    expect(error.code).toBe(5);
    expect(error.message).toMatch(new RegExp(`^ +${storyOf("codex").slice(0, 8)}\\S* +codex`, "m"));
  });

  it("hides secrets wherever they are: title, texts, arguments, results, also those that a cut goes through", async () => {
    const here = repo();
    const home = temporaryFolder();
    const padding = (n: number) => "- ".repeat(n / 2);
    claudeSession(here, home, [
      ask(`Use ${SECRETS.github} for the login`),
      use("toolu_1", `curl -H "Authorization: Bearer ${SECRETS.openai}" https://example.com`),
      // Where a shortened output ends, and where it begins again.
      answer("toolu_1", `${padding(280)}${SECRETS.github} ${padding(6000)}${SECRETS.aws} ${padding(184)}`),
      reply(`I used ${SECRETS.aws}.`),
      ask("Go on"),
      reply("Yes."),
    ]);
    for (const argv of [[], ["--max-tokens", "800"], ["--max-tokens", "100"]]) {
      for (const to of ["codex", "copilot", "gemini"]) await transfer(here, home, ["claude", to, ...argv]);
    }
    const written = Object.entries({ ...snapshot(home), ...snapshot(here.root) })
      .filter(([path]) => !path.startsWith(join(".claude", "projects")))
      .map(([, content]) => content)
      .join("\n");
    expect(written.includes("REDACTED")).toBe(true);
    const { out } = await run(here, ["transfer", "claude", "codex", "--stdout"], { home });
    for (const secret of Object.values(SECRETS)) {
      const pieces = [secret, secret.slice(0, 12), secret.slice(-12)];
      expect(pieces.filter((piece) => (written + out).includes(piece))).toEqual([]);
    }
  });

  it.each([
    ["claude", ".claude"],
    ["codex", ".codex"],
    ["copilot", ".copilot"],
    ["gemini", ".gemini"],
  ] as const)("says why %s's store cannot be written, and leaves it", async (to, folder) => {
    const here = repo();
    const home = homeWithSessions(to === "codex" ? "claude" : "codex", here.root);
    writeFileSync(join(home, folder), "in the way");
    const before = snapshot(home);
    const error = await refusal(here, ["transfer", to === "codex" ? "claude" : "codex", to], { home });
    expect(error.message).toMatch(/Could not write .*is a file|not a folder/);
    expect(snapshot(home)).toEqual(before);
  });
});

describe("the conversation in a handoff", () => {
  const HANDOFF = ["handoff", "codex", "claude", "--no-validate", "--no-github"];

  async function handOver(config: object, argv: readonly string[] = []) {
    const here = repo({ "a.txt": "a\n", "baton.config.json": JSON.stringify(config) });
    const home = homeWithSessions("codex", here.root);
    const before = snapshot(home);
    const env = { PATH: `${programs("claude")}:${process.env.PATH}` };
    const answer = await run(here, [...HANDOFF, ...argv], { home, env });
    return { ...answer, changed: JSON.stringify(snapshot(home)) !== JSON.stringify(before), here, home };
  }

  it("travels along, and the launch resumes it", async () => {
    const { data, here, home, out } = await handOver({});
    const { target } = data.transfer as Answer;
    expect(out).toMatch(/✅ conversation carried over: \d+ entries, \d+ tool calls?/);
    // One command alone, at the end: not one to resume and another one to begin.
    expect(out.split("claude --resume")).toHaveLength(2);
    expect(out.trimEnd().split("\n").at(-1)).toMatch(
      `claude --resume ${target?.session_id} 'Read the handoff brief`,
    );
    expect(out).not.toContain("--again");
    expect((await entriesOf(here, home, target?.session_id ?? "")).length).toBeGreaterThan(2);
    const state = JSON.parse(readFileSync(join(here.root, ".claude", ".session-state.json"), "utf8"));
    expect(state.session.agent_session_id).toBe(target?.session_id);
  });

  it("is named in the brief of the agent that has it, and in no other's", async () => {
    const { data, here, home } = await handOver({});
    const said = `carried over into session ${(data.transfer as Answer).target?.session_id}`;
    expect(data.brief).toContain(said);
    const restored = async (...argv: string[]) =>
      (await run(here, ["restore", "claude", "--prompt", ...argv], { home })).out;
    expect(await restored()).toContain(said);
    expect(await restored("--for", "gemini")).not.toContain("carried over");
    const alone = await handOver({ handoff: { transcript: "brief" } });
    expect(alone.data.brief).not.toContain("carried over");
    expect(alone.data.brief).toContain("## What the person asked (quoted data)");
  });

  it.each<[string, object, string[]]>([
    ["the config wants a brief alone", { handoff: { transcript: "brief" } }, []],
    ["the config wants none of it", { handoff: { transcript: "off" } }, []],
    ["--no-transcript is given", {}, ["--no-transcript"]],
    ["it is a dry run", {}, ["--dry-run"]],
  ])("stays where it is when %s", async (_, config, argv) => {
    const { changed } = await handOver(config, argv);
    expect(changed).toBe(false);
  });

  it("is not even read when the config wants none of it", async () => {
    const brief = await handOver({ handoff: { transcript: "brief" } });
    expect(brief.talk).toContain("Read from Codex's session");
    const off = await handOver({ handoff: { transcript: "off" } });
    expect(off.talk).not.toContain("Read from Codex's session");
  });

  it("that cannot be carried over does not stop the handoff", async () => {
    const here = repo({ "a.txt": "a\n" });
    const home = homeWithSessions("codex", here.root);
    writeFileSync(join(home, ".claude"), "in the way");
    const { code, out, talk } = await run(here, HANDOFF, { home });
    expect(code).toBe(0);
    expect(out + talk).toContain("⚠️  the conversation was not carried over: ");
    expect(readFileSync(join(here.root, ".claude", ".session-state.json"), "utf8")).toContain('"2.0"');
  });
});
