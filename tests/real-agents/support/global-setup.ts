import type { TestProject } from "vitest/node";
import { CLIENTS, type ClientName } from "./clients.ts";
import { type Installed, install } from "./install.ts";
import { isolation } from "./isolation.ts";

declare module "vitest" {
  interface ProvidedContext {
    clients: Record<ClientName, Installed>;
  }
}

/** Installs the clients before any test begins, one after the other, and says which tests will be skipped, and why. */
export default async function setup(project: TestProject): Promise<void> {
  const { claude, codex, opencode, copilot, gemini } = CLIENTS;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const ready = async (client: (typeof CLIENTS)[ClientName]) => {
    const installed = await install(client, say);
    if ("missing" in installed) say(`SKIPPED: ${installed.missing}`);
    return installed;
  };
  project.provide("clients", {
    claude: await ready(claude),
    codex: await ready(codex),
    opencode: await ready(opencode),
    copilot: await ready(copilot),
    gemini: await ready(gemini),
  });
  if (isolation().length === 0) {
    say("No network namespace can be made here: only settings keep the clients offline.");
  }
}
