import { CODE_HOSTS } from "./code-hosts.ts";
import type { Rule } from "./rule.ts";

export const RULES: readonly Rule[] = [...CODE_HOSTS];
