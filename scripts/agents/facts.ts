import type { SessionFacts } from "../../schema/transcript.ts";

/** What is known of a session before its records are read. */
export function initialFacts(
  id: string,
  { cwd = null, branch = null }: { cwd?: string | null; branch?: string | null } = {},
): SessionFacts {
  return {
    id,
    cwd,
    branch,
    titles: { custom: null, generated: null, summary: null },
    model: null,
    provider: null,
    clientVersion: null,
    tokens: null,
  };
}
