import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createContext, Script } from "node:vm";
import type { Violation } from "../../schema/session-state.ts";
import { errorCode } from "../base/errors.ts";
import { truncate } from "../base/text.ts";
import type { Rule } from "./rule-set.ts";

/** One file, and the rules that it is held against. */
export interface Scan {
  path: string;
  rules: readonly Rule[];
}

export interface ScanResult {
  violations: Violation[];
  /** Files that could not be looked into, with the reason. Binary files, links and folders are no text and not listed. */
  unread: { path: string; reason: string }[];
}

/** A rule's pattern may work on one file for so long; no sane one comes near it. */
const DEADLINE_MS = 1000;
// A rule that was stopped so often is not tried on further files.
const MAX_TIMEOUTS = 3;
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_MATCHES = 1000;
const MAX_TEXT = 160;
// Work between two looks at the clock, in bytes times rules: some milliseconds.
const BATCH = 2 * 1024 * 1024;

/**
 * Holds rules against files with JavaScript's own regular expressions, which can be stopped: however a pattern
 * behaves on a text, it ends, and that it had to be stopped is itself a violation of the rule.
 * Throws the signal's reason when it is aborted.
 */
export async function scanFiles(
  root: string,
  scans: Iterable<Scan>,
  signal: AbortSignal,
): Promise<ScanResult> {
  const result: ScanResult = { violations: [], unread: [] };
  const timeouts = new Map<Rule, number>();
  const read = textReader();
  const within = stopwatch();
  let batch: Check[] = [];
  let size = 0;
  // Between pieces of work, so that Ctrl-C and the gate's own time limit are heard.
  const pause = async () => {
    await nextTurn();
    signal.throwIfAborted();
  };
  const flush = async () => {
    await runChecks(batch, timeouts, within, result.violations, pause);
    [batch, size] = [[], 0];
    await pause();
  };
  for (const { path, rules } of scans) {
    const { text, reason } = read(join(root, path));
    if (reason !== null) result.unread.push({ path, reason });
    if (text === null) continue;
    for (const rule of rules) batch.push({ path, text, rule });
    size += text.length * rules.length;
    if (size >= BATCH) await flush();
  }
  await flush();
  return result;
}

interface Check {
  path: string;
  text: string;
  rule: Rule;
}

async function runChecks(
  checks: readonly Check[],
  timeouts: Map<Rule, number>,
  within: ReturnType<typeof stopwatch>,
  violations: Violation[],
  pause: () => Promise<void>,
): Promise<void> {
  let at = 0;
  const checkOne = () => {
    const check = checks[at];
    if (check !== undefined && (timeouts.get(check.rule) ?? 0) < MAX_TIMEOUTS)
      violations.push(...violationsIn(check));
    at++;
  };
  const checkRest = () => {
    while (at < checks.length) checkOne();
  };
  while (at < checks.length) {
    if (within(DEADLINE_MS, checkRest)) return;
    await pause();
    // The machine may have been busy with something else: the one it was at gets all the time for itself.
    if (within(DEADLINE_MS, checkOne)) continue;
    const culprit = checks[at];
    if (culprit === undefined) return;
    timeouts.set(culprit.rule, (timeouts.get(culprit.rule) ?? 0) + 1);
    violations.push(tooSlow(culprit));
    at++;
  }
}

/** Runs `work` and says whether it ended in time; if not, it was broken off wherever it was. */
function stopwatch(): (ms: number, work: () => void) => boolean {
  const call = new Script("work()");
  const globals = { work() {} };
  const context = createContext(globals);
  return (ms, work) => {
    globals.work = work;
    try {
      call.runInContext(context, { timeout: ms });
      return true;
    } catch (error) {
      if (isTimeout(error)) return false;
      throw error;
    }
  };
}

// Not an `Error` of this realm, but of the script's.
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

function violationsIn({ path, text, rule }: Check): Violation[] {
  const found: Violation[] = [];
  if (rule.require !== null && !matches(rule.require, text)) found.push(violationOf(rule, path));
  if (rule.forbid === null) return found;
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(rule.forbid)) {
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 10) line++;
    found.push({ ...violationOf(rule, path), line, text: offendingText(match[0], text, match.index) });
    if (found.length >= MAX_MATCHES) break;
  }
  return found;
}

function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

function violationOf(rule: Rule, file: string): Violation {
  return {
    rule: rule.id,
    level: rule.level,
    file,
    message: rule.message,
    ...(rule.fix === null ? {} : { fix: rule.fix }),
  };
}

// A pattern that matches a place only, such as the start of a line, is shown by its line.
function offendingText(match: string, text: string, at: number): string {
  if (match.trim() !== "") return truncate(match.trim(), MAX_TEXT);
  const end = text.indexOf("\n", at);
  return truncate(
    text.slice(text.lastIndexOf("\n", at - 1) + 1, end === -1 ? undefined : end).trim(),
    MAX_TEXT,
  );
}

function tooSlow({ rule, path }: Check): Violation {
  return {
    rule: rule.id,
    level: rule.level,
    file: path,
    message: `could not be checked: the rule's regular expression did not end within ${DEADLINE_MS / 1000} s on this file`,
    fix: `Rewrite the pattern of ${rule.id} so that no repetition stands within another, as in (a+)+`,
  };
}

type ReadText = (path: string) => { text: string | null; reason: string | null };

/** Reads one text file after another into the same memory. */
function textReader(): ReadText {
  const buffer = Buffer.allocUnsafeSlow(MAX_FILE_BYTES);
  return (path) => {
    const file = openText(path);
    if (typeof file !== "number") return { text: null, reason: file.reason };
    try {
      const content = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
      if (content.length === buffer.length && fstatSync(file).size > content.length) {
        return { text: null, reason: `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
      }
      // As git tells binary files: by a NUL near the beginning.
      if (content.subarray(0, 8000).includes(0)) return { text: null, reason: null };
      return { text: content.toString("utf8").replace(/^\uFEFF/, ""), reason: null };
    } catch (error) {
      if (errorCode(error) === "EISDIR") return { text: null, reason: null };
      throw error;
    } finally {
      closeSync(file);
    }
  };
}

function openText(path: string): number | { reason: string | null } {
  try {
    // Where a link leads is not this file's content, and may be outside of the repository.
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = errorCode(error) ?? "";
    // Gone meanwhile, a link, or no file at all.
    if (["ENOENT", "ENOTDIR", "ELOOP", "EISDIR", "ENXIO"].includes(code)) return { reason: null };
    if (["EACCES", "EPERM"].includes(code)) return { reason: "permission denied" };
    throw error;
  }
}
