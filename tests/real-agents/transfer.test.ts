import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { baton } from "./support/baton.ts";
import { CLIENTS, type ClientName } from "./support/clients.ts";
import { at, textAt } from "./support/json.ts";
import { say } from "./support/script.ts";
import { begin, goOn, listing, type Stage } from "./support/stage.ts";
import { type Chapter, check, opening } from "./support/story.ts";
import { newWorkplace } from "./support/workplace.ts";

// One home for all clients: a session travels from one of them to another beside those that are there.
const place = newWorkplace();
const stages = Object.values(CLIENTS).flatMap((client): Stage[] => {
  const agent = client.agent;
  const installed = inject("clients")[agent];
  return "missing" in installed ? [] : [{ agent, client, program: installed.program, place }];
});
const folders = stages.map(({ program }) => dirname(program));
const sources = new Map<ClientName, string>();

const NEXT: Chapter = { ask: "What comes next?", turns: [say("The README comes next.")] };

/** What must reach the model: the first ask, a reply, a call's argument, its result, the last ask and the last reply. */
const TOLD = [
  "Add a greeting to the project and check it",
  "I look for an older one.",
  "cat missing.txt",
  "missing.txt: No such file or directory",
  "Go on with the check",
  "The greeting is as it should be. The README comes next.",
];

beforeAll(async () => {
  for (const stage of stages) {
    place.reset();
    const { id } = await begin(stage, opening(stage.client, place.repo));
    await goOn(stage, id, check(stage.client, place.repo));
    sources.set(stage.agent, id);
  }
});

afterAll(place.remove);

describe.each(stages)("into $agent", (target) => {
  test("a new session knows nothing of the others", async () => {
    const { run } = await begin(target, NEXT);
    const sent = JSON.stringify(run.requests);
    expect(TOLD.filter((words) => sent.includes(words))).toEqual([]);
  });

  test.each(stages.filter(({ agent }) => agent !== target.agent))(
    "a conversation of $agent is carried over, and goes on where it was",
    async ({ agent }) => {
      const source = sources.get(agent) ?? "";
      const answer = await baton(place, ["transfer", agent, target.agent, "--session-id", source], folders);
      const id = textAt(answer, "target", "session_id");
      expect(at(answer, "target", "resume_command")).toEqual(
        expect.arrayContaining([expect.stringContaining(id)]),
      );
      const listed = await listing(target);
      if (listed !== null) expect(listed).toContain(id);
      const { run } = await goOn(target, id, NEXT);
      const sent = JSON.stringify(run.requests.filter(({ kind }) => kind === "turn"));
      expect(TOLD.filter((words) => !sent.includes(words))).toEqual([]);
      expect(sent).not.toContain("so I look at it first");
    },
  );
});
