import { open, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line, Report } from "../../schema/report.ts";
import { EXIT, errorCode, UserError } from "../base/errors.ts";
import { count, list, shellLine } from "../base/text.ts";
import type { Redactor } from "../privacy/redact.ts";
import { findInStream, redactStream } from "../privacy/stream.ts";
import type { Command, World } from "./command.ts";

/** Lines that `--check` names; the counts are of all. */
const MAX_LINES = 200;

export const command: Command = {
  arguments: [
    {
      name: "files",
      about: "what to read, - for standard input; without any, standard input",
      required: false,
      rest: true,
    },
  ],
  options: [
    {
      flags: "--check",
      about: "print nothing of it; exit 3 when something would be hidden, and say in which lines",
    },
  ],
  examples: [
    "baton redact .env",
    "baton redact session.jsonl > safe.jsonl",
    "git diff --cached | baton redact --check",
  ],
  async run(input, world) {
    if (input.args.length === 0 && world.stdinIsTerminal) {
      throw new UserError(
        "redact hides the secrets of a file, or of what is piped into it, and prints the rest.",
        "Name a file: baton redact notes.txt > safe.txt\n   Or pipe something in: git diff | baton redact",
        EXIT.usage,
      );
    }
    const sources = await openSources(input.args, world);
    if (input.options.check === true) return check(sources, world);
    return input.json ? asData(sources, world) : filter(sources, world);
  },
};

/** One text to look through. `name` is null for standard input alone. */
interface Source {
  name: string | null;
  bytes: AsyncIterable<Uint8Array>;
}

/** All of them are opened before anything is printed. Throws `UserError` that names the one that cannot be read. */
async function openSources(names: readonly string[], world: World): Promise<Source[]> {
  if (names.length === 0) return [{ name: null, bytes: world.stdin }];
  const sources: Source[] = [];
  for (const name of names) {
    if (name === "-") sources.push({ name: "-", bytes: world.stdin });
    else sources.push({ name, bytes: await openFile(name, world) });
  }
  return sources;
}

async function openFile(name: string, { cwd }: World): Promise<AsyncIterable<Uint8Array>> {
  const path = resolve(cwd, name);
  try {
    if ((await stat(path)).isDirectory()) {
      throw new UserError(
        `${name} is a folder.`,
        `Name its files: ${shellLine(["baton", "redact", join(name, "notes.txt")])}`,
        EXIT.usage,
      );
    }
    const handle = await open(path, "r");
    return handle.createReadStream();
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new UserError(`There is no file ${name}.`, `Looked for: ${path}`, EXIT.notFound);
    }
    if (code === "EACCES" || code === "EPERM") {
      throw new UserError(
        `${name} may not be read: permission denied.`,
        `See who may: ${shellLine(["ls", "-l", name])}`,
        EXIT.failed,
      );
    }
    throw error;
  }
}

async function* redacted(
  sources: readonly Source[],
  redactor: Redactor,
): AsyncGenerator<Redacted<Uint8Array>> {
  for (const { bytes } of sources) yield* redactStream(bytes, redactor);
}

async function filter(sources: readonly Source[], world: World): Promise<Report> {
  for await (const piece of redacted(sources, await world.redactor())) {
    world.signal.throwIfAborted();
    if (!(await world.write(piece))) break;
  }
  return { ok: true, exitCode: EXIT.done, lines: [], notices: [], data: {} };
}

async function asData(sources: readonly Source[], world: World): Promise<Report> {
  const redactor = await world.redactor();
  const pieces: Redacted<Uint8Array>[] = [];
  for await (const piece of redacted(sources, redactor)) pieces.push(piece);
  const data = { text: Buffer.concat(pieces).toString("utf8"), hidden: redactor.counts() };
  return { ok: true, exitCode: EXIT.done, lines: [], notices: [], data };
}

interface Place {
  /** Absent where there is but one source. */
  file?: string;
  line: number;
  rule: string;
  count: number;
}

async function check(sources: readonly Source[], world: World): Promise<Report> {
  const redactor = await world.redactor();
  const hidden: Record<string, number> = {};
  const places: Place[] = [];
  let lineCount = 0;
  for (const { name, bytes } of sources) {
    const lines = new Set<number>();
    const from = sources.length > 1 && name !== null ? { file: name } : {};
    const first = places.length;
    for await (const part of findInStream(bytes, redactor)) {
      world.signal.throwIfAborted();
      part.spans.forEach(({ rule }, i) => {
        const line = part.lines[i] ?? 0;
        lines.add(line);
        hidden[rule] = (hidden[rule] ?? 0) + 1;
        const last = places.slice(first).find((place) => place.line === line && place.rule === rule);
        if (last !== undefined) last.count++;
        else if (places.length < MAX_LINES) places.push({ ...from, line, rule, count: 1 });
      });
    }
    lineCount += lines.size;
  }
  if (lineCount === 0) {
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [{ kind: "ok", text: "Nothing in it would be hidden." }],
      notices: [],
      data: { hidden, places },
    };
  }
  const named = new Set(places.map(({ file, line }) => `${line} ${file ?? ""}`));
  const rules = Object.entries(hidden).map(([rule, n]) => `${rule} ×${n}`);
  return {
    ok: false,
    exitCode: EXIT.refused,
    lines: [
      { kind: "fail", text: `In ${count(lineCount, "line")} something would be hidden: ${list(rules)}.` },
      ...places.map(itemOf),
      ...(lineCount > named.size
        ? [{ kind: "note" as const, text: `and ${count(lineCount - named.size, "more line")}` }]
        : []),
    ],
    notices: [],
    data: { hidden, places },
  };
}

function itemOf({ file, line, rule, count: n }: Place): Line {
  const where = file === undefined ? "" : `${file}, `;
  return { kind: "item", text: `${where}line ${line}: ${rule}${n > 1 ? ` ×${n}` : ""}` };
}
