/** What a package must export to be an agent of Baton. The documentation of the members is `scripts/agents/adapter.ts`. */
import * as z from "zod/mini";
import { RelativePath } from "./config.ts";

/** The version of the contract. It grows when an older plugin would no longer work. */
const PLUGIN_VERSION = 1;

const method = z.custom((value) => typeof value === "function", "must be a function");
const words = z.string().check(z.minLength(1, "must not be empty"));

const Reader = z.looseObject({ places: method, sessions: method, open: method });
const Writer = z.looseObject({ write: method, resume: method, confirm: z.optional(method) });

export const AgentPlugin = z.looseObject({
  batonAdapter: z.literal(PLUGIN_VERSION, `must be ${PLUGIN_VERSION}, the version of the contract`),
  name: words,
  label: words,
  stateFile: RelativePath,
  olderStateFiles: z.optional(z.array(RelativePath)),
  command: z.optional(words),
  launch: z.optional(method),
  install: z.optional(z.string()),
  hooksPlace: z.optional(RelativePath),
  provider: z.optional(method),
  reader: z.optional(Reader),
  writer: z.optional(Writer),
});
