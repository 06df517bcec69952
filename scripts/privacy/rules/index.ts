import { AI } from "./ai.ts";
import { CARRIERS } from "./carriers.ts";
import { CLOUD } from "./cloud.ts";
import { CODE_HOSTS } from "./code-hosts.ts";
import { COMMANDS } from "./commands.ts";
import { COMMERCE } from "./commerce.ts";
import { INFRASTRUCTURE } from "./infrastructure.ts";
import { KEYS } from "./keys.ts";
import { MESSAGING } from "./messaging.ts";
import type { Rule } from "./rule.ts";

/** Every named rule. Where two match the same text, the one that comes first gives its name. */
export const RULES: readonly Rule[] = [
  ...KEYS,
  ...CODE_HOSTS,
  ...CLOUD,
  ...INFRASTRUCTURE,
  ...AI,
  ...MESSAGING,
  ...COMMERCE,
  ...CARRIERS,
  ...COMMANDS,
];
