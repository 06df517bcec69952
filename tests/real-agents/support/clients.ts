import type { Client } from "./client.ts";
import { claude } from "./clients/claude.ts";
import { codex } from "./clients/codex.ts";
import { copilot } from "./clients/copilot.ts";
import { gemini } from "./clients/gemini.ts";
import { opencode } from "./clients/opencode.ts";

export const CLIENTS = { claude, codex, opencode, copilot, gemini } satisfies Record<string, Client>;

export type ClientName = keyof typeof CLIENTS;
