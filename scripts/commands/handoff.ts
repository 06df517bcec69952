import { join } from "node:path";
import type { Line } from "../../schema/report.ts";
import { writeFileAtomic } from "../base/files.ts";
import type { Command } from "./command.ts";
import { askPreHandoff } from "./handoff/ask.ts";
import { gateBudgetMs, verifyRequired } from "./handoff/check.ts";
import { commentOn } from "./handoff/comment.ts";
import { carryOver } from "./handoff/conversation.ts";
import { putAway, putAwayMessage, verifyPutAway } from "./handoff/put-away.ts";
import { handoffReport } from "./handoff/report.ts";
import { readRequest } from "./handoff/request.ts";
import { afterPutAway, nextState, previousState, writeStates } from "./handoff/states.ts";
import { REASON_OPTION, writeBrief } from "./shared/brief.ts";
import { gatherState } from "./shared/gather.ts";
import { describeGitHub, GITHUB_OPTION, gatherGitHub, githubForState } from "./shared/github.ts";
import { keepPrivate } from "./shared/ignore.ts";
import { describeLesson, lessonFor, TRANSCRIPT_OPTIONS } from "./shared/learn.ts";
import { SAID_OPTIONS } from "./shared/said.ts";
import { briefFile, measureAgain, openWorkplace } from "./shared/workplace.ts";
import { checkState } from "./validate/check-state.ts";

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
    { flags: "--no-validate", about: "run no gates: what was recorded has to do" },
    GITHUB_OPTION,
    { flags: "--comment", about: "post the summary on the branch's pull request, else on its issue" },
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
    const asked = readRequest(input, before.agents);
    const { from, to, dryRun, why } = asked;
    const now = world.now();
    verifyPutAway(asked.putAway, before);

    const [lesson, github] = await Promise.all([
      lessonFor(before.repository, from, world, input),
      gatherGitHub(before.repository, world, input),
    ]);
    // An agent at its limit cannot say so, but its record does.
    const reason = asked.reason ?? (lesson?.learned.cutOff === "rate_limit" ? "rate_limit" : null);
    const request = { ...asked, reason };
    // Whoever may say no is asked first: until then nothing has been written.
    const notices: Line[] = dryRun ? [] : await askPreHandoff(before, world, request);
    notices.push(...describeLesson(lesson), ...describeGitHub(github));
    const [previous, targetBefore] = [
      await previousState(before, from, dryRun),
      await previousState(before, to, dryRun),
    ];
    const measured = await gatherState(before, from, previous?.state ?? null, {
      now,
      isNewTask: false,
      said: request.said,
      learned: lesson?.learned ?? null,
      github: githubForState(github),
    });
    const checked = await checkState(before, measured, world, {
      run: request.validate,
      budgetMs: gateBudgetMs(before),
    });
    notices.push(...verifyRequired(before, checked.state, request));
    world.signal.throwIfAborted();

    const done = dryRun
      ? null
      : await putAway(request.putAway, before, putAwayMessage(request, checked.state));
    const after = done === null ? before : await measureAgain(before);
    const source = done === null ? checked.state : await afterPutAway(checked.state, after, done, from, now);
    const { transferred, lines: carried } = await carryOver(after, world, request, lesson);
    const resumable = transferred?.target?.session_id ?? null;
    const target = await nextState(after, request, {
      source,
      previous: targetBefore?.state ?? null,
      putAway: done,
      agentSessionId: resumable,
      now,
    });
    const brief = await writeBrief(after, { state: target, drift: null, forAgent: to, reason, why, now });
    const briefPath = briefFile(to);
    if (!dryRun) {
      notices.push(...(await keepPrivate(after, [from, to])));
      try {
        await writeStates(after, world, request, { source, target }, done);
      } catch (error) {
        await transferred?.undo();
        throw error;
      }
      const text = await (await world.redactor()).redact(brief.text);
      await writeFileAtomic(join(after.repository.root, briefPath), text, {
        mode: 0o600,
        within: after.repository.root,
      });
    }
    const title = `Session handoff: ${from.name} → ${to.name}`;
    const comment = request.comment ? await commentOn(after, world, { title, brief }, dryRun) : null;
    const argv = to.launch?.({ briefPath, sessionId: resumable }) ?? null;
    if (request.launch && argv !== null) {
      world.afterwards(async () => {
        const { startAgent } = await import("../agents/start.ts");
        return startAgent(argv, { cwd: after.repository.root, env: world.env });
      });
    }
    for (const { remarks } of [previous, targetBefore].filter((stored) => stored !== null)) {
      notices.unshift(...remarks.map((text): Line => ({ kind: "warn", text })));
    }
    return handoffReport({
      before,
      request,
      source,
      target,
      targetBefore,
      done,
      brief,
      argv,
      comment,
      carried,
      transferred,
      findings: checked.findings,
      notices,
    });
  },
};
