import { EXIT, UserError } from "../../base/errors.ts";

/** For a file or folder of a generation that came after this reader was written, or that is something else. */
export function unknownFile(path: string, seen: string): UserError {
  return new UserError(
    `${path} is of a form of Codex's sessions that Baton does not know: ${seen}.`,
    "Update Baton. To save or hand over without the conversation: --no-transcript",
    EXIT.unknownFormat,
    { details: { agent: "codex", path, seen } },
  );
}
