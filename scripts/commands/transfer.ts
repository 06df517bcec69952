import type { Line, Report } from "../../schema/report.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { shellLine } from "../base/text.ts";
import { openRepository } from "../git/repository.ts";
import { workingTrees } from "../git/worktrees.ts";
import { toMarkdown } from "../transcript/markdown.ts";
import { type Command, type Input, NO_REDACT, type World } from "./command.ts";
import { DEFAULTS } from "./shared/defaults.ts";
import { newestHere } from "./shared/learn.ts";
import { wholeNumber } from "./shared/number.ts";
import {
  type FoundSession,
  findSessions,
  namedSession,
  placesLookedInto,
  readable,
} from "./shared/sessions.ts";
import { prepare } from "./transfer/prepare.ts";
import { describeTransfer, transfer, writable } from "./transfer/transfer.ts";

export const command: Command = {
  arguments: [
    { name: "from", about: "the agent whose session it is", required: true },
    { name: "to", about: "the agent that gets it", required: true },
  ],
  options: [
    {
      flags: "--session-id <id>",
      about: "which session; its first characters are enough. Without it, the newest here",
    },
    {
      flags: "--format <format>",
      about: "native writes a session that the agent resumes; the others print it",
      choices: ["native", "markdown", "json"],
    },
    {
      flags: "--stdout",
      about: "print the conversation (as Markdown, unless --format json) and write nothing",
    },
    {
      flags: "--max-tokens <n>",
      about: `how much to carry over at most (${DEFAULTS.handoff.max_tokens.toLocaleString("en")} unless the config says otherwise)`,
    },
    { flags: "--full", about: "carry all of it, whatever its length" },
    { flags: "--include-reasoning", about: "carry the assistant's reasoning too, as text" },
    { flags: "--again", about: "make another copy even where this one was carried over before" },
    { flags: "--verify", about: "ask the agent itself, where it can be asked, whether it knows the session" },
    { flags: "--launch", about: "resume the session in the agent" },
    { flags: "--dry-run", about: "show what would be carried over, and write nothing" },
    NO_REDACT,
  ],
  examples: ["baton transfer codex claude", "baton transfer codex claude --format markdown > session.md"],
  async run(input, world) {
    const { options } = input;
    const config = await world.config();
    const agents = await world.agents();
    const from = agentNamed(input.args[0] ?? "", agents);
    const to = agentNamed(input.args[1] ?? "", agents);
    const repository = await openRepository(world.cwd, world.env);
    const session = await sourceSession(from, input, world, repository);
    const settings = {
      maxTokens: maxTokensIn(options, config.handoff?.max_tokens ?? DEFAULTS.handoff.max_tokens),
      includeReasoning: options.includeReasoning === true,
      now: world.now(),
    };
    if (options.stdout === true || options.format === "markdown" || options.format === "json") {
      return print(session, to.name, input, world, settings);
    }
    const transferred = await transfer(repository, world, session, writable(to), {
      ...settings,
      again: options.again === true,
      dryRun: options.dryRun === true,
      verify: options.verify === true,
    });
    const { undo: _, ...data } = transferred;
    const resume = transferred.target?.resume_command;
    if (options.launch === true && resume !== undefined) {
      world.afterwards(async () => {
        const { startProgram } = await import("../agents/start.ts");
        const fix = `The session itself is there. Install ${to.label}, then: ${shellLine(resume)}`;
        return startProgram(resume, { cwd: repository.root, env: world.env, fix });
      });
    }
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: describeTransfer(transferred),
      notices: unreadNotice(transferred.unread),
      data,
    };
  },
};

function unreadNotice(unread: string | null): Line[] {
  return unread === null ? [] : [{ kind: "warn", text: unread }];
}

function maxTokensIn(options: Input["options"], standard: number): number {
  if (options.full === true) return Number.POSITIVE_INFINITY;
  return wholeNumber("--max-tokens", options.maxTokens, 1, 50_000) ?? standard;
}

/** The session that was named, else the agent's newest of this working tree. Throws `UserError` (code 4) without one. */
async function sourceSession(
  agent: AgentAdapter,
  { options }: Input,
  world: World,
  repository: Awaited<ReturnType<typeof openRepository>>,
): Promise<FoundSession> {
  const agents = readable([agent]);
  const store = { home: world.home, env: world.env };
  const roots = await workingTrees(repository);
  if (typeof options.sessionId === "string") {
    return namedSession({
      id: options.sessionId,
      agent,
      agents: await world.agents(),
      store,
      roots,
      now: world.now(),
    });
  }
  const session = await newestHere(await findSessions(agents, store, { roots }), repository.root, roots);
  if (session !== null) return session;
  const looked = await placesLookedInto(agents, store);
  throw new UserError(
    `${agent.name} has no session of this repository. Looked into:\n  ${looked.length === 0 ? "nothing: Baton cannot read its sessions" : looked.join("\n  ")}`,
    "See those of other repositories: baton list --all",
    EXIT.notFound,
  );
}

type Settings = { maxTokens: number; includeReasoning: boolean; now: Date };

/** The conversation in a form for people or programs, as it would be carried over. */
async function print(
  session: FoundSession,
  target: string,
  input: Input,
  world: World,
  settings: Settings,
): Promise<Report> {
  const store = { home: world.home, env: world.env };
  const redactor = await world.redactor();
  const { entries, facts, cut, unread } = await prepare(session, store, {
    ...settings,
    target,
    home: null,
    redactor,
  });
  const source = { agent: session.agent.name, session_id: session.summary.id };
  const clean = await redactor.redact({ source, facts, entries, cut });
  const done = { ok: true, exitCode: EXIT.done, lines: [], notices: unreadNotice(unread) };
  if (input.json) return { ...done, data: { ...clean } };
  if (input.options.format === "json") {
    await world.write(await redactor.redact(`${JSON.stringify(clean, null, 2)}\n`));
  } else {
    for await (const piece of toMarkdown(clean.facts, source.agent, each(clean.entries), {
      isFull: true,
      title: session.summary.title,
    })) {
      if (!(await world.write(await redactor.redact(piece)))) break;
    }
  }
  return { ...done, data: {} };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
