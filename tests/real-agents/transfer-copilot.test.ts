import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { agentNamed, knownAgents } from "../../scripts/agents/index.ts";
import { copyOf, fixturesOf, read, sessionsOf } from "../agents/contract.ts";
import { emptyStore, requestOf } from "../agents/writers/contract.ts";
import { fixtureTransfers, type Recorded } from "./fixture-transfers.ts";

// Every source, and every kind of session; all of them are checked against the client's own schema below.
const RECORDED: readonly Recorded[] = [
  { source: "claude", scene: "story" },
  { source: "claude", scene: "delegated" },
  { source: "codex", scene: "delegated" },
  { source: "codex", scene: "stopped" },
  { source: "opencode", scene: "stopped" },
  { source: "opencode", scene: "delegated" },
  { source: "gemini", scene: "story" },
  { source: "gemini", scene: "stopped" },
  { source: "copilot", scene: "story" },
];

fixtureTransfers("copilot", RECORDED, (place) => {
  test("events that are valid by the client's own schema, but for where they came from", async () => {
    const schema: unknown = JSON.parse(readFileSync(schemaIn(place.home), "utf8"));
    if (typeof schema !== "object" || schema === null) throw new Error("no schema");
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    const { writer } = agentNamed("copilot", knownAgents());
    const faults: string[] = [];
    let events = 0;
    for (const { name, reader } of knownAgents()) {
      if (reader === undefined || writer === undefined) continue;
      for (const fixture of fixturesOf(name)) {
        const store = await copyOf(fixture.store);
        for (const session of await sessionsOf(reader, store)) {
          const { entries } = await read(reader, store, session);
          const { path } = await writer.write(await emptyStore(), requestOf(entries));
          for (const line of readFileSync(path, "utf8").trimEnd().split("\n")) {
            const { baton: _, ...event } = JSON.parse(line);
            events += 1;
            if (!validate(event)) faults.push(`${event.type}: ${JSON.stringify(validate.errors?.slice(-2))}`);
          }
        }
      }
    }
    expect(faults).toEqual([]);
    expect(events).toBeGreaterThan(100);
  });
});

/** Where the client put it when it first started. */
function schemaIn(home: string): string {
  const cache = join(home, ".cache", "copilot");
  const name = readdirSync(cache, { recursive: true, encoding: "utf8" }).find((file) =>
    file.endsWith("session-events.schema.json"),
  );
  if (name === undefined) throw new Error("the client has no schema of its events");
  return join(cache, name);
}
