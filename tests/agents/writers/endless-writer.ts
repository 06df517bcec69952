/** Writes sessions until it is killed: `endless-writer <agent> <home> <request.json>`. */
import { readFileSync } from "node:fs";
import { knownAgents } from "../../../scripts/agents/index.ts";

const [agent = "", home = "", request = ""] = process.argv.slice(2);
const writer = knownAgents().find(({ name }) => name === agent)?.writer;
if (writer === undefined) throw new Error(`${agent} has no writer`);
const asked = JSON.parse(readFileSync(request, "utf8"));

for (;;) {
  await writer.write({ home, env: {} }, { ...asked, now: new Date() });
  process.stdout.write("written ");
}
