import type { Rule } from "./rule.ts";

export const CODE_HOSTS: readonly Rule[] = [
  {
    name: "github-token",
    near: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    pattern: "(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,255}",
    hit: () => `ghp_${"aB3".repeat(12)}`,
    miss: () => `ghp_${"aB3".repeat(5)}`,
  },
];
