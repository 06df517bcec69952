import type { Redacted } from "../../schema/redacted.ts";
import type { SessionState } from "../../schema/session-state.ts";

/** The v2.0 core, as it is documented. */
export const CORE = {
  version: "2.0",
  timestamp: "2026-01-05T12:30:00Z",
  agent: "opencode",
  provider: "groq_primary",
  task: {
    description: "Implement user authentication with NextAuth",
    status: "in_progress",
    priority: "high",
    estimated_time: "2 hours",
    time_spent: "45 minutes",
  },
  context: {
    files_modified: ["app/api/auth/[...nextauth]/route.ts", "lib/auth.ts"],
    files_created: ["components/auth/LoginButton.tsx"],
    next_steps: ["Add session provider to layout", "Test login flow", "Update environment variables"],
  },
  git: {
    branch: "feat/nextauth-integration",
    uncommitted_changes: true,
    staged_files: ["app/api/auth/[...nextauth]/route.ts"],
    last_commit: "abc123",
    issues: ["#42"],
    prs: [],
  },
  validation: { typescript: "pass", eslint: "pass", tests: "not_run", strict_rules: "pending" },
} satisfies SessionState;

type Changes = { [K in keyof SessionState]?: unknown };

/** The core with some of it replaced; objects are merged one level deep. */
export function stateWith(changes: Changes = {}): SessionState {
  const state: Record<string, unknown> = structuredClone(CORE);
  for (const [key, value] of Object.entries(changes)) {
    const before = state[key];
    state[key] = isPlain(before) && isPlain(value) ? { ...before, ...value } : value;
  }
  return state as unknown as SessionState;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a test's own data holds no secret, it may pass for redacted. */
export function redacted<T>(value: T): Redacted<T> {
  return value as Redacted<T>;
}
