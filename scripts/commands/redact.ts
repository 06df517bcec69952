import type { Redacted } from "../../schema/redacted.ts";
import type { Line, Report } from "../../schema/report.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { count, list } from "../base/text.ts";
import { findInStream, redactStream } from "../privacy/stream.ts";
import type { Command, World } from "./command.ts";

/** Lines that `--check` names; the counts are of all. */
const MAX_LINES = 200;

export const command: Command = {
  arguments: [],
  options: [
    {
      flags: "--check",
      about: "write nothing; exit 3 when something would be hidden, and say in which lines",
    },
  ],
  examples: ["baton redact < session.jsonl > safe.jsonl", "git diff --cached | baton redact --check"],
  async run(input, world) {
    if (world.stdinIsTerminal) {
      throw new UserError(
        "redact reads standard input, and nothing is piped into it.",
        "baton redact < in > out",
        EXIT.usage,
      );
    }
    if (input.options.check === true) return check(world);
    return input.json ? asData(world) : filter(world);
  },
};

async function filter(world: World): Promise<Report> {
  for await (const piece of redactStream(world.stdin, await world.redactor())) {
    world.signal.throwIfAborted();
    if (!(await world.write(piece))) break;
  }
  return { ok: true, exitCode: EXIT.done, lines: [], notices: [], data: {} };
}

async function asData(world: World): Promise<Report> {
  const redactor = await world.redactor();
  const pieces: Redacted<Uint8Array>[] = [];
  for await (const piece of redactStream(world.stdin, redactor)) pieces.push(piece);
  const data = { text: Buffer.concat(pieces).toString("utf8"), hidden: redactor.counts() };
  return { ok: true, exitCode: EXIT.done, lines: [], notices: [], data };
}

interface Place {
  line: number;
  rule: string;
  count: number;
}

async function check(world: World): Promise<Report> {
  const hidden: Record<string, number> = {};
  const places: Place[] = [];
  const lines = new Set<number>();
  for await (const part of findInStream(world.stdin, await world.redactor())) {
    world.signal.throwIfAborted();
    part.spans.forEach(({ rule }, i) => {
      const line = part.lines[i] ?? 0;
      lines.add(line);
      hidden[rule] = (hidden[rule] ?? 0) + 1;
      const last = places.find((place) => place.line === line && place.rule === rule);
      if (last !== undefined) last.count++;
      else if (places.length < MAX_LINES) places.push({ line, rule, count: 1 });
    });
  }
  if (lines.size === 0) {
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [{ kind: "ok", text: "Nothing in it would be hidden." }],
      notices: [],
      data: { hidden, places },
    };
  }
  const named = new Set(places.map((place) => place.line));
  const rules = Object.entries(hidden).map(([rule, n]) => `${rule} ×${n}`);
  return {
    ok: false,
    exitCode: EXIT.refused,
    lines: [
      { kind: "fail", text: `In ${count(lines.size, "line")} something would be hidden: ${list(rules)}.` },
      ...places.map(itemOf),
      ...(lines.size > named.size
        ? [{ kind: "note" as const, text: `and ${count(lines.size - named.size, "more line")}` }]
        : []),
    ],
    notices: [],
    data: { hidden, places },
  };
}

function itemOf({ line, rule, count: n }: Place): Line {
  return { kind: "item", text: `line ${line}: ${rule}${n > 1 ? ` ×${n}` : ""}` };
}
