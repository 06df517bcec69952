import type { Finding } from "../../schema/finding.ts";
import type { Line } from "../../schema/report.ts";
import { EXIT, isUserError } from "../base/errors.ts";
import { count } from "../base/text.ts";
import type { Command, World } from "./command.ts";
import { agentFindings } from "./doctor/agents.ts";
import { stateFindings } from "./doctor/states.ts";
import { storeFindings } from "./doctor/stores.ts";
import { toolFindings } from "./doctor/tools.ts";
import { hookFindings, ignoreFindings } from "./init/findings.ts";
import { openWorkplace, type Workplace } from "./shared/workplace.ts";

export const command: Command = {
  arguments: [],
  options: [],
  examples: ["baton doctor", "baton doctor --json"],
  async run(_input, world) {
    const findings = await examine(world);
    const bad = findings.filter((finding) => finding.level === "fail").length;
    const warnings = findings.filter((finding) => finding.level === "warn").length;
    const verdict: Line =
      bad > 0
        ? { kind: "fail", text: `${count(bad, "thing")} to mend, ${count(warnings, "warning")}` }
        : {
            kind: "ok",
            text: warnings > 0 ? `Nothing is broken, ${count(warnings, "warning")}` : "Everything works here",
          };
    return {
      ok: bad === 0,
      exitCode: bad === 0 ? EXIT.done : EXIT.failed,
      lines: [
        { kind: "title", text: "Baton doctor" },
        ...findings.flatMap(describe),
        { kind: "text", text: "" },
        verdict,
      ],
      notices: [],
      data: { findings },
    };
  },
};

/** All that can be found out. What needs a repository is left out where there is none; that is a finding itself. */
async function examine(world: World): Promise<Finding[]> {
  const tools = await toolFindings(world);
  if (tools.some((finding) => finding.level === "fail")) return tools;
  try {
    return [...tools, ...(await placeFindings(await openWorkplace(world), world))];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return [...tools, { level: "fail", message: error.message, fix: error.fix }];
  }
}

async function placeFindings(place: Workplace, world: World): Promise<Finding[]> {
  return [
    { level: "info", message: `Repository: ${place.repository.root}` },
    ...(await hookFindings(place.repository)),
    ...(await ignoreFindings(
      place.repository,
      place.agents.map((agent) => agent.stateFile),
    )),
    ...(await stateFindings(place)),
    ...(await agentFindings(place, world)),
    ...(await storeFindings(place, world)),
  ];
}

const KINDS = { info: "ok", warn: "warn", fail: "fail" } as const;

function describe({ level, message, fix }: Finding): Line[] {
  const line: Line = { kind: KINDS[level], text: message };
  return fix === undefined ? [line] : [line, { kind: "command", text: fix }];
}
