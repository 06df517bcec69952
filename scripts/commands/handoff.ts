import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { SessionState } from "../../schema/session-state.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT, isUserError, UserError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import type { PutAway } from "../git/wip.ts";
import type { Command, World } from "./command.ts";
import { askPreHandoff } from "./handoff/ask.ts";
import { putAway, putAwayChoice, putAwayMessage, verifyPutAway } from "./handoff/put-away.ts";
import { handoffReport } from "./handoff/report.ts";
import { targetState, withStash } from "./handoff/target-state.ts";
import { REASON_OPTION, writeBrief } from "./shared/brief.ts";
import { gatherState } from "./shared/gather.ts";
import { describeGitHub, GITHUB_OPTION, gatherGitHub, githubForState } from "./shared/github.ts";
import { keepPrivate } from "./shared/ignore.ts";
import { describeLesson, lessonFor, TRANSCRIPT_OPTIONS } from "./shared/learn.ts";
import { reasonIn } from "./shared/reason.ts";
import { SAID_OPTIONS, saidIn } from "./shared/said.ts";
import { briefFile, measureAgain, openWorkplace, placeOf, type Workplace } from "./shared/workplace.ts";

export const command: Command = {
  arguments: [
    { name: "from", about: "the agent that stops", required: true },
    { name: "to", about: "the agent that goes on", required: true },
  ],
  options: [
    REASON_OPTION,
    { flags: "--why <text>", about: "the reason in your own words" },
    { flags: "--provider <name>", about: "provider or model that the next agent works with" },
    ...SAID_OPTIONS,
    ...TRANSCRIPT_OPTIONS,
    GITHUB_OPTION,
    { flags: "--commit", about: "put uncommitted work into a wip commit (for long work)" },
    { flags: "--stash", about: "put uncommitted work into the stash (for a quick switch)" },
    { flags: "--force", about: "hand over even where a hook or a required check says no" },
    { flags: "--launch", about: "start the next agent with the brief" },
    { flags: "--dry-run", about: "show what would happen, and write nothing" },
  ],
  examples: [
    "baton handoff claude opencode --reason rate_limit",
    "baton handoff opencode opencode --provider groq_primary",
    'baton handoff opencode claude --reason escalation --why "3 STRICT violations after 2 attempts" --launch',
  ],
  async run(input, world) {
    const before = await openWorkplace(world);
    const from = agentNamed(input.args[0] ?? "", before.agents);
    const to = agentNamed(input.args[1] ?? "", before.agents);
    const provider = typeof input.options.provider === "string" ? input.options.provider : null;
    if (from.name === to.name && provider === null) {
      throw new UserError(
        `${from.name} to ${to.name} is a handoff to itself.`,
        `Name another agent, or another provider: baton handoff ${from.name} ${to.name} --provider <name>`,
        EXIT.usage,
      );
    }
    const isDryRun = input.options.dryRun === true;
    const launches = input.options.launch === true && !isDryRun;
    if (launches) verifyLaunch(to);
    const choice = putAwayChoice(input.options);
    verifyPutAway(choice, before);
    const reason = reasonIn(input);
    const why = typeof input.options.why === "string" ? input.options.why : null;
    const now = world.now();

    const refusal = isDryRun
      ? null
      : await askPreHandoff(before, world, { from, to, reason, force: input.options.force === true });
    const [lesson, github] = await Promise.all([
      lessonFor(before.repository, from, world, input),
      gatherGitHub(before.repository, world, input),
    ]);
    const [previous, targetBefore] = await Promise.all([
      peekOrNothing(before, from.name),
      peekOrNothing(before, to.name),
    ]);
    // The provider that was asked for is the next agent's, not this one's.
    const { provider: _, ...said } = saidIn(input);
    const first = await gatherState(before, from, previous, {
      now,
      isNewTask: false,
      said,
      learned: lesson?.learned ?? null,
      checks: null,
      github: githubForState(github),
    });
    world.signal.throwIfAborted();

    const done = isDryRun
      ? null
      : await putAway(choice, before, putAwayMessage(choice, from.name, to.name, first.task.description));
    const after = done === null ? before : await measureAgain(before);
    const source = done === null ? first : await afterPutAway(first, after, done, { from, now });
    const target = targetState({
      source,
      previous: targetBefore,
      agent: to.name,
      provider:
        provider ?? (await to.provider?.(before.repository.root)) ?? knownProvider(targetBefore) ?? "unknown",
      newSessionId: randomUUID(),
      reason,
      why,
      putAway: done,
      now,
    });
    const brief = await writeBrief(after, { state: target, drift: null, forAgent: to, reason, why, now });
    const briefPath = briefFile(to);
    const notices = [
      ...(refusal === null ? [] : [refusal]),
      ...describeLesson(lesson),
      ...describeGitHub(github),
    ];
    if (!isDryRun) {
      notices.push(...(await keepPrivate(after, [from, to])));
      await write(after, world, { from, to, source, target, done });
      const redactor = await world.redactor();
      await writeFileAtomic(join(after.repository.root, briefPath), await redactor.redact(brief.text), {
        mode: 0o600,
        within: after.repository.root,
      });
    }
    const argv = to.launch?.({ briefPath, sessionId: null }) ?? null;
    if (launches) planLaunch(world, after, argv ?? []);
    return handoffReport({
      before,
      from,
      to,
      source,
      target,
      targetBefore,
      done,
      choice,
      brief,
      argv,
      reason,
      why,
      isDryRun,
      notices,
    });
  },
};

/** A state that cannot be read is dealt with when it is written; until then it tells nothing. */
async function peekOrNothing(place: Workplace, name: string): Promise<SessionState | null> {
  try {
    return (await place.store.peek(placeOf(agentNamed(name, place.agents))))?.state ?? null;
  } catch (error) {
    if (isUserError(error) && error.details.version === undefined) return null;
    throw error;
  }
}

/** The source's state once its uncommitted work is in a commit or in the stash. */
async function afterPutAway(
  first: SessionState,
  after: Workplace,
  done: PutAway,
  { from, now }: { from: AgentAdapter; now: Date },
): Promise<SessionState> {
  const second = await gatherState(after, from, first, {
    now,
    isNewTask: false,
    said: {},
    learned: null,
    checks: null,
    github: null,
  });
  const merged = {
    ...second,
    session: first.session,
    provenance: first.provenance,
    git: withStash(second.git, done),
  };
  // Stashed files are the session's work all the same; committed ones are the very files that were checked.
  return done.kind === "stash"
    ? { ...merged, context: first.context }
    : { ...merged, validation: first.validation };
}

interface Writing {
  from: AgentAdapter;
  to: AgentAdapter;
  source: SessionState;
  target: SessionState;
  done: PutAway | null;
}

/** Both states at once, or neither. */
async function write(
  place: Workplace,
  world: World,
  { from, to, source, target, done }: Writing,
): Promise<void> {
  const redactor = await world.redactor();
  const places = from.name === to.name ? [placeOf(to)] : [placeOf(from), placeOf(to)];
  const states = from.name === to.name ? [target] : [source, target];
  try {
    world.signal.throwIfAborted();
    await place.store.update(places, () => Promise.all(states.map((state) => redactor.redact(state))));
  } catch (error) {
    if (!isUserError(error)) throw error;
    const kept =
      done === null
        ? ""
        : `\n   Your work is in a ${done.kind} (${done.oid.slice(0, 7)}). To take it back: ${done.undo}`;
    throw new UserError(
      `${error.message} The saved states are the old ones.`,
      `${error.fix}${kept}`,
      error.code,
      { cause: error },
    );
  }
}

function knownProvider(state: SessionState | null): string | null {
  return state === null || state.provider === "unknown" ? null : state.provider;
}

function verifyLaunch(agent: AgentAdapter): void {
  if (agent.launch !== undefined) return;
  throw new UserError(
    `Baton does not know how to start ${agent.name}. Nothing was written.`,
    `Say it in baton.config.json: "agents": [{ "name": "${agent.name}", "launch": ["${agent.name}", "{brief}"] }]`,
    EXIT.usage,
  );
}

function planLaunch(world: World, place: Workplace, argv: readonly string[]): void {
  world.afterwards(async () => {
    const { startAgent } = await import("../agents/start.ts");
    return startAgent(argv, { cwd: place.repository.root, env: world.env });
  });
}
