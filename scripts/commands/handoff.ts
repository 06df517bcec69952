import { join } from "node:path";
import type { Line, Report } from "../../schema/report.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { writeFileAtomic } from "../base/files.ts";
import type { StoredState } from "../state/store.ts";
import type { Command, Input, World } from "./command.ts";
import { askPreHandoff } from "./handoff/ask.ts";
import { gateBudgetMs, verifyRequired } from "./handoff/check.ts";
import { commentOn } from "./handoff/comment.ts";
import { carryOver } from "./handoff/conversation.ts";
import { verifySomething } from "./handoff/nothing.ts";
import { afterFailure, atTheBeginning, type Progress } from "./handoff/progress.ts";
import { putAway, putAwayMessage, verifyPutAway } from "./handoff/put-away.ts";
import { handoffReport } from "./handoff/report.ts";
import { readAgents, readRequest } from "./handoff/request.ts";
import { howToStart } from "./handoff/start.ts";
import { afterPutAway, type ComposeBoth, nextState, previousState, writeStates } from "./handoff/states.ts";
import { REASON_OPTION, writeBrief } from "./shared/brief.ts";
import { gatherState } from "./shared/gather.ts";
import { describeGitHub, GITHUB_OPTION, gatherGitHub, githubForState } from "./shared/github.ts";
import { keepPrivate } from "./shared/ignore.ts";
import { causeOf } from "./shared/interruption.ts";
import { describeLesson, lessonFor, NOTHING_LOOKED_FOR, TRANSCRIPT_OPTIONS } from "./shared/learn.ts";
import { describeOwnWork } from "./shared/own-work.ts";
import { SAID_OPTIONS } from "./shared/said.ts";
import { SESSION_OPTIONS, sessionFor, wishIn } from "./shared/session.ts";
import { briefFile, measureAgain, openWorkplace } from "./shared/workplace.ts";
import { checkState, withChecks } from "./validate/check-state.ts";

export const command: Command = {
  arguments: [
    {
      name: "from",
      about: "the agent that stops; with one name alone, the agent whose session is newest",
      required: false,
    },
    { name: "to", about: "the agent that goes on", required: false },
  ],
  options: [
    REASON_OPTION,
    { flags: "--why <text>", about: "the reason in your own words" },
    { flags: "--provider <name>", about: "provider or model that the next agent works with" },
    ...SAID_OPTIONS,
    ...TRANSCRIPT_OPTIONS,
    ...SESSION_OPTIONS,
    { flags: "--no-validate", about: "run no gates: what was recorded has to do" },
    GITHUB_OPTION,
    { flags: "--comment", about: "post the summary on the branch's pull request, else on its issue" },
    { flags: "--commit", about: "put uncommitted work into a wip commit (for long work)" },
    { flags: "--stash", about: "put uncommitted work into the stash (for a quick switch)" },
    { flags: "--force", about: "hand over even where a hook or a required check says no" },
    { flags: "--launch", about: "start the next agent with the brief" },
    { flags: "--print-brief", about: "print the brief too, which the next agent reads from its file" },
    { flags: "--dry-run", about: "show what would happen, and write nothing" },
  ],
  examples: [
    "baton handoff codex",
    "baton handoff claude opencode --reason rate_limit",
    "baton handoff opencode opencode --provider groq_primary",
    'baton handoff opencode claude --reason escalation --why "3 STRICT violations after 2 attempts" --launch',
  ],
  async run(input, world) {
    const progress = atTheBeginning();
    try {
      return await handOver(input, world, progress);
    } catch (error) {
      throw await afterFailure(await causeOf(error, world.signal), progress);
    }
  },
};

/** Its session goes on elsewhere. A save of the same agent makes it active again. */
function handedOver(state: SessionState): SessionState {
  return state.session === undefined ? state : { ...state, session: { ...state.session, state: "retired" } };
}

async function handOver(input: Input, world: World, progress: Progress): Promise<Report> {
  const before = await openWorkplace(world);
  const agents = await readAgents(input, world);
  const asked = readRequest(input, agents);
  const { from, to, dryRun, why } = asked;
  const now = world.now();
  verifyPutAway(asked.putAway, before);

  const [looked, github] = await Promise.all([
    before.config.handoff?.transcript === "off"
      ? NOTHING_LOOKED_FOR
      : lessonFor(before.repository, from, world, input),
    gatherGitHub(before.repository, world, input),
  ]);
  const { lesson } = looked;
  await verifySomething(before, world, asked, looked);
  // An agent at its limit cannot say so, but its record does.
  const reason = asked.reason ?? (lesson?.learned.cutOff === "rate_limit" ? "rate_limit" : null);
  const request = { ...asked, reason };
  // Whoever may say no is asked first: until then nothing has been written.
  const notices: Line[] = dryRun ? [] : await askPreHandoff(before, world, request);
  notices.push(...agents.lines, ...describeLesson(looked), ...describeGitHub(github));
  const seen = [await previousState(before, from, request, notices)];
  if (from.name !== to.name) seen.push(await previousState(before, to, request, notices));
  const learned = lesson?.learned ?? null;
  const measured = async (previous: StoredState | null) => {
    const session = await sessionFor(before, from, previous?.state ?? null, { learned, wish: wishIn(input) });
    const state = await gatherState(before, from, session.previous, {
      now,
      isNewTask: session.isNew,
      othersCommits: session.othersCommits,
      said: request.said,
      learned,
      github: githubForState(github),
    });
    return { state, lines: session.lines };
  };
  const first = await measured(seen[0] ?? null);
  notices.push(...first.lines, ...describeOwnWork(first.state));
  // Gates may take minutes: they run before the store is locked.
  const checked = await checkState(before, first.state, world, {
    run: request.validate,
    budgetMs: gateBudgetMs(before),
    isEscalation: reason === "escalation",
  });
  notices.push(...verifyRequired(before, checked.state, request));
  world.signal.throwIfAborted();

  const redactor = await world.redactor();
  const briefFor = (state: SessionState) =>
    writeBrief(before, { state, drift: null, forAgent: to, reason, why, now });
  if (!dryRun) {
    // A template that cannot be filled in is found out before anything is written.
    await briefFor(checked.state);
    progress.isWriting = true;
    // Before anything is committed or stashed, so that no state goes with it.
    notices.push(...(await keepPrivate(before, [from, to])));
  }
  // What may take longest comes first: the uncommitted work is put away and the states are written at once after it.
  const { transferred, cells: carried } = await carryOver(before, world, request, lesson);
  progress.undoTransfer = transferred?.undo ?? null;
  if (!dryRun) {
    world.signal.throwIfAborted();
    const message = await redactor.redact(putAwayMessage(request, checked.state));
    const done = await putAway(request.putAway, before, message, world.signal);
    progress.putAway = done;
    if (done !== null)
      progress.undoPutAway = async () =>
        (await import("../git/take-back.ts")).takeBack(before.repository, done);
    world.signal.throwIfAborted();
  }
  const done = progress.putAway;
  const after = done === null ? before : await measureAgain(before);
  const resumable = transferred?.target?.session_id ?? null;
  const compose: ComposeBoth = async ([previous = null, targetBefore = previous]) => {
    const fresh = withChecks((await measured(previous)).state, checked.state);
    const source = done === null ? fresh : await afterPutAway(fresh, after, done, from, now);
    const next = { source, previous: targetBefore?.state ?? null, putAway: done };
    return {
      source: handedOver(source),
      target: await nextState(after, request, { ...next, agentSessionId: resumable, now }),
    };
  };
  const { source, target } = dryRun ? await compose(seen) : await writeStates(after, world, request, compose);
  progress.states = "new";
  const brief = await briefFor(target);
  const briefPath = briefFile(to);
  if (!dryRun) {
    await writeFileAtomic(join(after.repository.root, briefPath), await redactor.redact(brief.text), {
      mode: 0o600,
      within: after.repository.root,
    });
  }
  const title = `Session handoff: ${from.name} → ${to.name}`;
  const comment = request.comment ? await commentOn(after, world, { title, brief }, dryRun) : null;
  const start = await howToStart(
    to,
    { cwd: world.cwd, root: after.repository.root, env: world.env },
    { briefPath, brief: await redactor.redact(brief.text), sessionId: resumable },
  );
  const { argv } = start;
  if (request.launch && argv !== null) {
    world.afterwards(async () => {
      const { startProgram } = await import("../agents/start.ts");
      const fix = `The handoff itself is done. Install ${to.label}, or start it yourself with the brief in ${briefPath}.`;
      return startProgram(argv, { cwd: after.repository.root, env: world.env, fix });
    });
  }
  return handoffReport({
    before,
    request,
    source,
    target,
    targetBefore: seen[1] ?? null,
    done,
    cwd: world.cwd,
    brief,
    start,
    comment,
    carried,
    transferred,
    findings: checked.findings,
    measuring: { ran: checked.ran, now },
    notices,
  });
}
