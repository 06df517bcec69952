import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Answer, RunOpenCode } from "../../../scripts/agents/opencode/command.ts";

const PROJECT = "global";

interface Exported {
  info: { id: string };
  messages: { info: { id: string }; parts: { id: string }[] }[];
}

export interface MadeClient {
  run: RunOpenCode;
  /** Every command that was given, with the folder that it was given in. */
  asked: { folder: string; args: readonly string[] }[];
}

interface MadeOptions {
  /** What its settings say. */
  settings?: object;
  models?: string[];
  /** How many messages of an import it takes before it fails. */
  takes?: number;
  /** Commands that it fails at, by their first word. */
  fails?: string[];
}

/**
 * Stands in for the `opencode` command, so that tests need no installed one: it does what the real one does with a
 * session's JSON, and keeps it in the tree of files that its older versions had. Like the real one it imports message by
 * message, and leaves what it had taken when one is refused.
 */
export function madeClient(options: MadeOptions = {}): MadeClient {
  const {
    settings = { model: "fake/own-model" },
    models = [],
    takes = Number.POSITIVE_INFINITY,
    fails = [],
  } = options;
  const asked: MadeClient["asked"] = [];
  const run: RunOpenCode = async ({ home }, folder, args) => {
    asked.push({ folder, args });
    const storage = join(home, ".local", "share", "opencode", "storage");
    const [verb = "", word = "", id = ""] = args;
    if (fails.includes(verb)) return failed("Unexpected error");
    if (verb === "--version") return done("1.18.33\n");
    if (verb === "debug") return done(JSON.stringify(settings));
    if (verb === "models") return done(models.join("\n"));
    if (verb === "import") return take(storage, folder, word, takes);
    if (verb === "export") return give(storage, word);
    if (verb === "session" && word === "delete") return forget(storage, id);
    return failed(`unknown command ${args.join(" ")}`);
  };
  return { run, asked };
}

function take(storage: string, folder: string, file: string, takes: number): Answer {
  const { info, messages }: Exported = JSON.parse(readFileSync(file, "utf8"));
  put(storage, ["session", PROJECT, info.id], { ...info, projectID: PROJECT, directory: folder });
  for (const [index, message] of messages.entries()) {
    if (index >= takes) return failed("Error: Invalid message");
    put(storage, ["message", info.id, message.info.id], message.info);
    for (const part of message.parts) put(storage, ["part", message.info.id, part.id], part);
  }
  return done(`Imported session: ${info.id}\n`);
}

function give(storage: string, id: string): Answer {
  const path = join(storage, "session", PROJECT, `${id}.json`);
  return existsSync(path) ? done(readFileSync(path, "utf8")) : failed(`Error: Session not found: ${id}`);
}

function forget(storage: string, id: string): Answer {
  const messages = join(storage, "message", id);
  for (const name of existsSync(messages) ? readdirSync(messages) : [])
    rmSync(join(storage, "part", basename(name, ".json")), { recursive: true, force: true });
  rmSync(messages, { recursive: true, force: true });
  rmSync(join(storage, "session", PROJECT, `${id}.json`), { force: true });
  return done("");
}

function put(storage: string, path: string[], value: object): void {
  const file = `${join(storage, ...path)}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value));
}

function done(stdout: string): Answer {
  return { exitCode: 0, stdout, complaint: "" };
}

function failed(complaint: string): Answer {
  return { exitCode: 1, stdout: "", complaint };
}
