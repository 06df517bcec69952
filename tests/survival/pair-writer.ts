/** Writes two states as one, again and again, until it is killed: `pair-writer <root> <git dir>`. Both say the same number. */
import { openStore } from "../../scripts/state/store.ts";
import { redacted, stateWith } from "../support/states.ts";

const [root = "", gitDir = ""] = process.argv.slice(2);
const store = openStore({ root, gitDir, commonDir: gitDir });
const places = ["claude", "opencode"].map((agent) => ({
  agent,
  file: `.${agent}/state.json`,
  olderFiles: [],
}));

for (let n = process.pid * 1_000_000; ; n++) {
  await store.update(places, "save", async () =>
    places.map(({ agent }) => redacted(stateWith({ agent, task: { description: String(n) } }))),
  );
  process.stdout.write(".");
}
