import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { program } from "./cli.ts";
import { programs } from "./programs.ts";
import { repoAt, temporaryFolder } from "./repo.ts";
import { homeWithSessions } from "./sessions.ts";

/** What a golden file asks for: the parts that a person writes. */
export interface Golden {
  /** The lines before the first file or command, as they are. */
  head: string[];
  /** Whose recorded sessions are in the home; null for an empty home. */
  sessionsOf: "claude" | "codex" | "copilot" | "gemini" | null;
  /** Agents' programs that are on the PATH. */
  installed: string[];
  files: { path: string; content: string }[];
  commands: string[];
}

/** The programs that a line in a golden file may use, besides the shell's own words. */
const TOOLS = ["cat", "git", "mkdir", "node", "npm", "rm", "sed", "sh"];
/** When the lines run: after the recorded sessions were made. The commit before them is an hour older. */
const NOW = "2026-11-20T18:00:00Z";
const COMMITTED = "2026-11-20T16:50:00Z";

/**
 * Reads a golden file: comments (`# …`) and settings (`sessions: claude`, `installed: codex`), then files, each below
 * a line `-- path --`, then lines to run (`$ …`), each with what it printed. Throws on a line that is none of these.
 */
export function parseGolden(text: string): Golden {
  const golden: Golden = { head: [], sessionsOf: null, installed: [], files: [], commands: [] };
  for (const line of text.split("\n")) {
    const path = /^-- (.+) --$/.exec(line)?.[1];
    const file = golden.files.at(-1);
    if (line.startsWith("$ ")) golden.commands.push(line.slice(2));
    // What was printed is made anew.
    else if (golden.commands.length > 0) continue;
    else if (path !== undefined) golden.files.push({ path, content: "" });
    else if (file !== undefined) file.content += `${line}\n`;
    else readHead(golden, line);
  }
  // The blank line before the first command belongs to none of the files.
  const last = golden.files.at(-1);
  if (last !== undefined) last.content = `${last.content.trimEnd()}\n`;
  return golden;
}

function readHead(golden: Golden, line: string): void {
  const [, name, value = ""] = /^(sessions|installed): (.+)$/.exec(line) ?? [];
  if (name === "sessions") golden.sessionsOf = value as Golden["sessionsOf"];
  else if (name === "installed") golden.installed = value.split(" ");
  else if (line !== "" && !line.startsWith("#")) throw new Error(`A golden file has no such line: ${line}`);
  golden.head.push(line);
}

/**
 * Runs the lines of a golden file in a new repository that has committed its files, with the bundled command line, and
 * gives the file as it then should be. Paths of this run, random ids and the package's version are put into words.
 */
export async function playGolden(golden: Golden): Promise<string> {
  const folder = temporaryFolder();
  const root = join(folder, "repo");
  mkdirSync(root);
  const here = repoAt(root);
  const home = golden.sessionsOf === null ? temporaryFolder() : homeWithSessions(golden.sessionsOf, root);
  const installed = programs(...golden.installed);
  const env = {
    ...here.env,
    HOME: home,
    PATH: `${await tools()}:${installed}`,
    TMPDIR: folder,
    TZ: "UTC",
    GIT_AUTHOR_DATE: COMMITTED,
    GIT_COMMITTER_DATE: COMMITTED,
    NODE_OPTIONS: `--import=${join(import.meta.dirname, "stopped-clock.mjs")}`,
    TEST_NOW: NOW,
    npm_config_update_notifier: "false",
  };
  const sh = (line: string) => program(here, "sh", ["-c", line], { env });
  for (const { path, content } of golden.files) here.write(path, content);
  await sh("git init -q -b main && git add -A && git commit -qm first --allow-empty");

  const names = { [root]: "$REPO", [home]: "$HOME", [installed]: "$BIN", [folder]: "$TMP" };
  const tidy = tidier(names, readdirSync(home, { recursive: true, encoding: "utf8" }).join("\n"));
  const scenes: string[] = [];
  for (const command of golden.commands) {
    const { code, out, err } = await sh(command);
    const talk = lines(err).map((line) => `! ${line}`.trimEnd());
    const ending = code === 0 ? [] : [`[exit ${code}]`];
    scenes.push(tidy([`$ ${command}`, ...talk, ...lines(out), ...ending].join("\n")));
  }
  const files = golden.files.map(({ path, content }) => `-- ${path} --\n${content}`);
  const head = golden.head.join("\n").trimEnd();
  return `${[head, files.join(""), ...scenes]
    .map((part) => part.trimEnd())
    .filter(Boolean)
    .join("\n\n")}\n`;
}

let shared: Promise<string> | undefined;

/** A folder with `baton` and with the tools, and nothing else that this machine may have. */
function tools(): Promise<string> {
  shared ??= makeTools();
  return shared;
}

async function makeTools(): Promise<string> {
  const folder = await bundle("scripts/baton.ts");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const tool of TOOLS) {
    const path =
      tool === "node"
        ? process.execPath
        : execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
    symlinkSync(path, join(bin, tool));
  }
  writeFileSync(join(bin, "baton"), `#!/bin/sh\nexec node '${join(folder, "baton.mjs")}' "$@"\n`, {
    mode: 0o755,
  });
  return bin;
}

function lines(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Puts what differs from run to run into words, the same word for the same thing. Ids that are in `known` stay. */
function tidier(names: Record<string, string>, known: string): (text: string) => string {
  const made: string[] = [];
  return (text) => {
    for (const [id] of text.matchAll(UUID)) if (!known.includes(id) && !made.includes(id)) made.push(id);
    const words = made.flatMap((id, index) => [
      [id, `<id ${index + 1}>`],
      [id.slice(0, 8), `<id ${index + 1}>`],
    ]);
    return (
      [...Object.entries(names), ...words]
        .reduce((tidied, [from = "", to = ""]) => tidied.replaceAll(from, to), text)
        .replace(/baton-demo-\w{6}/g, "baton-demo-XXXXXX")
        // Recorded sessions name the repository in each record: how large they are depends on where it lies.
        .replace(/\b\d+(?= K?B\b)/g, (size) => size.replace(/\d/g, "N"))
    );
  };
}
