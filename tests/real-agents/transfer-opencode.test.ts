import { fixtureTransfers } from "./fixture-transfers.ts";

// Each takes five starts of this client, which is slow to start, and `transfer.test.ts` carries a conversation of every
// other agent over into it: one session of each kind is enough.
fixtureTransfers("opencode", [
  { source: "opencode", scene: "story" },
  { source: "claude", scene: "delegated" },
  { source: "codex", scene: "stopped" },
]);
