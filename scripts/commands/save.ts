import { join, relative } from "node:path";
import type { Line, Report } from "../../schema/report.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { EXIT } from "../base/errors.ts";
import { count, oneLine } from "../base/text.ts";
import { type Command, NO_REDACT } from "./command.ts";
import { agentOrNewest } from "./shared/default-agent.ts";
import { gatherState } from "./shared/gather.ts";
import { describeGitHub, GITHUB_OPTION, gatherGitHub, githubForState } from "./shared/github.ts";
import { keepPrivate } from "./shared/ignore.ts";
import { describeLesson, lessonFor, TRANSCRIPT_OPTIONS } from "./shared/learn.ts";
import { describeOwnWork } from "./shared/own-work.ts";
import { peekOrNull } from "./shared/peek.ts";
import { SAID_OPTIONS, saidIn } from "./shared/said.ts";
import { SESSION_OPTIONS, sessionFor, wishIn } from "./shared/session.ts";
import { openWorkplace, placeOf } from "./shared/workplace.ts";
import { checkState, withChecks } from "./validate/check-state.ts";

export const command: Command = {
  arguments: [
    {
      name: "agent",
      about: "whose session it is, such as claude; without it, the one whose session is newest",
      required: false,
    },
  ],
  options: [
    ...SAID_OPTIONS,
    { flags: "--provider <name>", about: "provider or model that the agent works with" },
    ...TRANSCRIPT_OPTIONS,
    GITHUB_OPTION,
    { flags: "--validate", about: "run the gates first; without it, recorded results do" },
    ...SESSION_OPTIONS,
    { flags: "--dry-run", about: "show what would be written, and write nothing" },
    NO_REDACT,
  ],
  examples: [
    'baton save claude --task "Add login with NextAuth" --next "Add the provider to the layout" --next "Test the flow"',
    'npm run session:save claude -- --spent "45 minutes"',
  ],
  async run(input, world) {
    const { agent, lines: taken } = await agentOrNewest(input.args[0], world, "save <agent>");
    const opening = world.measuring().repository;
    const [place, looked, github] = await Promise.all([
      openWorkplace(world),
      opening.then((repository) => lessonFor(repository, agent, world, input)),
      opening.then((repository) => gatherGitHub(repository, world, input)),
    ]);
    const where = placeOf(agent);
    const learned = looked.lesson?.learned ?? null;
    const gather = async (current: SessionState | null) => {
      const session = await sessionFor(place, agent, current, { learned, wish: wishIn(input) });
      const state = await gatherState(place, agent, session.previous, {
        now: world.now(),
        isNewTask: session.isNew,
        othersCommits: session.othersCommits,
        said: saidIn(input),
        learned,
        github: githubForState(github),
      });
      return { state, lines: session.lines };
    };
    const before = await peekOrNull(place.store, where);
    const isDryRun = input.options.dryRun === true;
    // Gates may take minutes: they run before the store is locked.
    const first = await gather(before?.state ?? null);
    const checked = await checkState(place, first.state, world, {
      run: input.options.validate === true && !isDryRun,
      budgetMs: Number.POSITIVE_INFINITY,
    });
    const notices: Line[] = [...taken, ...describeLesson(looked), ...first.lines, ...describeGitHub(github)];
    if (isDryRun) return dryRun(agent.stateFile, checked.state, notices);

    world.signal.throwIfAborted();
    const ignored = before === null || place.isExposed ? await keepPrivate(place, [agent]) : [];
    const redactor = await world.redactor();
    const { written, remarks } = await place.store.update([where], "save", async ([previous = null]) => {
      // Gathered again only where gates ran for minutes, or somebody else has saved meanwhile.
      const isCurrent =
        input.options.validate !== true && JSON.stringify(previous?.state) === JSON.stringify(before?.state);
      const { state } = isCurrent ? first : await gather(previous?.state ?? null);
      return [await redactor.redact(withChecks(state, checked.state))];
    });
    const [state = null] = written;
    if (state === null) throw new Error("the store did not ask for a state");
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [
        { kind: "ok", text: `Session saved to ${agent.stateFile}` },
        ...summary(state),
        ...(input.options.validate === true ? await describeResults(state) : []),
      ],
      answer: relative(world.cwd, join(place.repository.root, agent.stateFile)),
      notices: [
        ...remarks.map((text): Line => ({ kind: "warn", text })),
        ...notices,
        ...describeOwnWork(state),
        ...ignored,
      ],
      data: {
        agent: agent.name,
        path: agent.stateFile,
        dry_run: false,
        state,
        remarks,
      },
    };
  },
};

async function describeResults(state: SessionState): Promise<Line[]> {
  const { describeChecks } = await import("./validate/describe.ts");
  return describeChecks(state);
}

function dryRun(path: string, state: SessionState, notices: readonly Line[]): Report {
  return {
    ok: true,
    exitCode: EXIT.done,
    lines: [
      { kind: "title", text: `Would write ${path}:` },
      { kind: "raw", text: JSON.stringify(state, null, 2) },
    ],
    notices: [...notices, { kind: "note", text: "Dry run: nothing was written." }],
    data: { agent: state.agent, path, dry_run: true, state },
  };
}

/** What was just saved, in a few lines: enough to see that it is the right thing. */
export function summary(state: SessionState): Line[] {
  const { task, context, git } = state;
  const lines: Line[] = [];
  const say = (text: string) => lines.push({ kind: "text", text: `   ${oneLine(text)}` });
  say(
    task.description === undefined
      ? 'Task: not known yet. Say it with --task "…"'
      : `Task: ${task.description}`,
  );
  say(
    `Branch: ${git.branch ?? "none (detached HEAD)"}${git.last_commit === null ? ", no commit yet" : ` at ${git.last_commit}`}`,
  );
  const total = (field: string, paths: readonly string[]) => state.truncated?.[field] ?? paths.length;
  const modified = total("context.files_modified", context.files_modified);
  const created = total("context.files_created", context.files_created);
  const deleted = total("context.files_deleted", context.files_deleted ?? []);
  const staged = total("git.staged_files", git.staged_files);
  say(`Files: ${modified} modified, ${created} created, ${deleted} deleted; ${staged} staged`);
  if (git.operation) say(`Under way: a ${git.operation}`);
  if (git.issues.length > 0) say(`Issues: ${git.issues.join(", ")}`);
  if (git.prs.length > 0) say(`Pull requests: ${git.prs.join(", ")}`);
  say(
    context.next_steps.length === 0
      ? 'Next steps: none recorded. Add them with --next "…"'
      : `Next: ${context.next_steps[0]}${context.next_steps.length > 1 ? ` (and ${count(context.next_steps.length - 1, "more step")})` : ""}`,
  );
  return lines;
}
