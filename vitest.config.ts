import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/real-agents/**"],
    globalSetup: "tests/support/global-setup.ts",
    setupFiles: "tests/support/setup.ts",
    tags: [
      {
        name: "slow",
        description: "Kills, crowds, growth, real shells and hooks: `npm test` leaves them out.",
        timeout: 600_000,
      },
    ],
    // Real git processes on a loaded two-core machine: generous, so that only a hang fails.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Starting a process for each file, and importing everything anew in it, takes a fifth of the time.
    isolate: false,
    // Vitest would leave one core idle, and tests also wait for processes and the disk.
    maxWorkers: availableParallelism() * 2,
  },
});
