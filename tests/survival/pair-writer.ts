/** Writes two states as one, again and again: `pair-writer <root> <times>`. Both say how often that was done before. */
import { join } from "node:path";
import { openStore } from "../../scripts/state/store.ts";
import { redacted, stateWith } from "../support/states.ts";

const [root = "", times = ""] = process.argv.slice(2);
const gitDir = join(root, ".git");
const store = openStore({ root, gitDir, commonDir: gitDir });
const places = ["claude", "opencode"].map((agent) => ({
  agent,
  file: `.${agent}/state.json`,
  olderFiles: [],
}));

for (let n = 0; n < Number(times); n++) {
  await store.update(places, "save", async () =>
    places.map(({ agent }) => redacted(stateWith({ agent, task: { description: String(n) } }))),
  );
  process.stdout.write(".");
}
