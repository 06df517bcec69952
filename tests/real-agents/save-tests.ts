import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type SessionState, SessionStateSchema } from "../../schema/session-state.ts";
import { agentNamed, knownAgents } from "../../scripts/agents/index.ts";
import { formatDuration } from "../../scripts/base/time.ts";
import { read, sessionsOf, tellingOf, verifyForm } from "../agents/contract.ts";
import { baton } from "./support/baton.ts";
import { CLIENTS, type ClientName } from "./support/clients.ts";
import { expectedSession } from "./support/expected.ts";
import { TITLE } from "./support/run.ts";
import { begin, goOn, type Stage } from "./support/stage.ts";
import { check, cutOff, opening, STEPS, stopped, TWO_DONE } from "./support/story.ts";
import { newWorkplace } from "./support/workplace.ts";

/** What Baton makes of the sessions that a real client writes. Skipped, with the reason, when the client is missing. */
export function saveTests(agent: ClientName): void {
  const client = CLIENTS[agent];
  const installed = inject("clients")[agent];
  if ("missing" in installed) {
    test.skip(installed.missing);
    return;
  }

  describe(`${client.package} ${client.version}`, () => {
    const place = newWorkplace();
    const stage: Stage = { agent, client, program: installed.program, place };
    const story = [opening(client, place.repo), check(client, place.repo), cutOff(client)] as const;
    let id = "";
    const times = { before: 0, after: 0 };

    afterAll(place.remove);

    beforeAll(async () => {
      times.before = Date.now();
      ({ id } = await begin(stage, story[0]));
      await goOn(stage, id, story[1]);
      await goOn(stage, id, story[2]);
      times.after = Date.now();
    });

    describe("a session that a usage limit cut off", () => {
      let state: SessionState;

      beforeAll(async () => {
        state = SessionStateSchema.parse((await baton(place, ["save", agent])).state);
      });

      test("gives its title, or else the first ask, as the task", () => {
        expect(state.task.description).toBe(client.records.generatedTitle ? TITLE : story[0].ask);
      });

      test("gives the open steps, the running one first, and the done ones", () => {
        expect(state.context.next_steps).toEqual([STEPS[2]]);
        expect(state.context.completed_steps).toEqual([STEPS[0], STEPS[1]]);
      });

      test("is still in progress, and says what cut it off", () => {
        expect(state.task.status).toBe("in_progress");
        const cause = client.records.ends.limited === "rate-limit" ? "by a rate limit" : "by an error";
        expect(state.context.notes).toEqual([expect.stringContaining(`cut off ${cause}`)]);
      });

      test("tells when it began and what it took", () => {
        const began = Date.parse(state.session?.started_at ?? "");
        expect(began).toBeGreaterThanOrEqual(times.before);
        expect(began).toBeLessThanOrEqual(times.after);
        const minutes = Math.ceil((times.after - times.before) / 60_000);
        const possible = Array.from({ length: minutes + 1 }, (_, minute) => formatDuration(minute * 60_000));
        expect(possible).toContain(state.task.time_spent);
      });

      test("is known by its own id and model", () => {
        expect(state.session).toMatchObject({ agent_session_id: id, model: client.model });
      });

      test("names the files that it made, among those that git sees", () => {
        expect(state.context.files_created).toContain("greeting.txt");
        expect(state.context.files_touched).toEqual(["greeting.txt"]);
      });

      test("keeps the command that failed, and what it said", () => {
        const said = expect.stringContaining("No such file");
        expect(state.context.tried).toMatchObject([{ what: "cat missing.txt", said }]);
      });

      test("is read to the last word", async () => {
        const adapter = agentNamed(agent, knownAgents());
        if (adapter.reader === undefined) throw new Error(`${agent} has no reader`);
        const store = { home: place.home, env: {} };
        const [session, ...others] = await sessionsOf(adapter.reader, store, [place.repo]);
        if (session === undefined) throw new Error("the session is not found");
        expect(others).toEqual([]);
        const whole = await read(adapter.reader, store, session);
        verifyForm(whole.entries);
        const end = client.records.ends.limited;
        const {
          scene: _,
          customTitle: __,
          ...expected
        } = expectedSession(id, {
          scene: "story",
          chapters: [...story],
          todos: TWO_DONE,
          end,
        });
        expect(tellingOf(whole)).toMatchObject({ ...expected, skipped: {} });
      });
    });

    describe("a session that the person broke off, after it", () => {
      const chapter = stopped(client);

      beforeAll(async () => {
        await begin(stage, chapter);
      });

      test("is the one that is saved", async () => {
        const { state } = await baton(place, ["save", agent, "--dry-run"]);
        const { task } = SessionStateSchema.parse(state);
        const description = client.records.generatedTitle ? TITLE : chapter.ask;
        expect(task).toMatchObject({ description, status: "in_progress" });
      });

      test("leaves the earlier one within reach, by the beginning of its id", async () => {
        const { state } = await baton(place, ["save", agent, "--dry-run", "--session-id", id]);
        expect(SessionStateSchema.parse(state).context.next_steps).toEqual([STEPS[2]]);
      });

      test("is listed with it", async () => {
        const { sessions } = await baton(place, ["list", "--agent", agent]);
        expect(sessions).toEqual([
          expect.objectContaining({ agent, cwd: place.repo, turns: 1 }),
          expect.objectContaining({ agent, cwd: place.repo, id }),
        ]);
      });
    });
  });
}
