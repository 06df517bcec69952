import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["tests/real-agents/*.test.ts"],
    globalSetup: "tests/real-agents/support/global-setup.ts",
    // Each file starts real programs, which bring their own threads, and also waits for them.
    pool: "forks",
    maxWorkers: 3,
    // Generous, so that only a hang fails: the clients have a time limit of their own.
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
