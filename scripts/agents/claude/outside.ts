import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../base/errors.ts";
import { objectOf, stringOf } from "../../base/json.ts";

/** Bytes that are read of an output that lies outside. */
const MOST = 1024 * 1024;
const MARK = "<persisted-output>";
const NAME = /[/\\]tool-results[/\\]([\w.-]+)/;

/**
 * The whole of an output that the client keeps in `<session>/tool-results/`, with only a preview in the record; null
 * when the record holds it all, or the file is gone. Only the name of the recorded path is used: the session may
 * have been moved, and a record must not lead elsewhere.
 */
export function outsideOutput(sessionFolder: string, output: string, details: unknown): string | null {
  const recorded = stringOf(objectOf(details).persistedOutputPath) ?? (output.includes(MARK) ? output : null);
  const name = recorded === null ? undefined : NAME.exec(recorded)?.[1];
  if (name === undefined || /^\.+$/.test(name)) return null;
  return readStart(join(sessionFolder, "tool-results", name));
}

function readStart(path: string): string | null {
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.allocUnsafe(Math.min(size, MOST));
      const text = buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, 0));
      return size > MOST ? `${text}\n… (${size - MOST} more bytes)` : text;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(errorCode(error) ?? "")) return null;
    throw error;
  }
}
