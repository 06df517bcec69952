import type { Gate } from "./gate.ts";
import { scriptCommand } from "./scripts.ts";

export const typescript: Gate = {
  name: "typescript",
  find(project) {
    const script = scriptCommand(project, ["type-check", "typecheck", "tsc"]);
    if (script !== null) return script;
    if (!project.names.has("tsconfig.json")) {
      return { skipped: "no script type-check, typecheck or tsc, and no tsconfig.json" };
    }
    const tsc = project.programs.get("tsc");
    if (tsc === undefined) return { skipped: "tsconfig.json is here, but TypeScript is not installed" };
    // A tsconfig that only refers to others checks no file by itself: those are followed in build mode alone.
    const refers = /"references"\s*:/.test(project.texts.get("tsconfig.json") ?? "");
    return { command: refers ? [tsc, "--build", "--noEmit"] : [tsc, "--noEmit"] };
  },
};
