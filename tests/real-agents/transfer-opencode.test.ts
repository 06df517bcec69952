import { fixtureTransfers } from "./fixture-transfers.ts";

// Each takes five starts of this client, which is slow to start: one session of each source is enough.
fixtureTransfers("opencode", ["story"]);
