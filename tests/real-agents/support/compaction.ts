import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ExpectedSession, expectedSession } from "./expected.ts";
import { say } from "./script.ts";
import { begin, goOn, type Stage } from "./stage.ts";
import { type Chapter, glance, SUMMARY } from "./story.ts";

/** Plays a session that the client compacts between the first ask and the second. */
export async function playCompacted(stage: Stage, title: string): Promise<ExpectedSession> {
  const { client, place } = stage;
  const way = client.compaction;
  const first = "inputTokens" in way ? filled(glance(client), way) : glance(client);
  const second: Chapter = { ask: "And what next?", turns: [say("Next I wait.")], aside: SUMMARY };
  // With a title given, no client asks for one, which would come out as the summary.
  const { id } = await begin(stage, first, title);
  if ("command" in way) await goOn(stage, id, { ask: way.command, turns: [say(SUMMARY)] });
  if ("settings" in way) await writeSettings(place.repo, way.settings);
  await goOn(stage, id, second);
  if ("settings" in way) await removeSettings(place.repo, way.settings);
  const { customTitle, plainSummary } = client.records;
  const session = expectedSession(id, {
    scene: "compacted",
    chapters: [first, second],
    title: customTitle ? title : null,
  });
  return plainSummary ? { ...session, summaries: [SUMMARY] } : session;
}

function filled(
  chapter: Chapter,
  { inputTokens, goesOn }: { inputTokens: number; goesOn: boolean },
): Chapter {
  const turns = [...chapter.turns];
  const last = turns.pop();
  if (last?.kind === "say") turns.push({ ...last, inputTokens });
  if (goesOn) turns.push(say("Nothing is left to do."));
  return { ...chapter, turns, aside: SUMMARY };
}

async function writeSettings(repo: string, settings: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(settings)) {
    await mkdir(dirname(join(repo, path)), { recursive: true });
    await writeFile(join(repo, path), content);
  }
}

async function removeSettings(repo: string, settings: Record<string, string>): Promise<void> {
  for (const path of Object.keys(settings)) await rm(join(repo, path));
}
