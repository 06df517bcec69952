import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, UserError } from "../base/errors.ts";
import { packageRoot } from "../base/package.ts";
import { oneLine } from "../base/text.ts";
import type { Command, Input, World } from "./command.ts";
import { candidatesFor, SHELLS } from "./completion/candidates.ts";

const FILES: Record<string, string> = {
  bash: "baton.bash",
  zsh: "baton.zsh",
  fish: "baton.fish",
  powershell: "baton.ps1",
};

/** What is typed so far: arguments, or lines of BATON_WORDS from a shell that does not pass on every argument. */
function wordsSoFar({ args }: Input, { env }: World): readonly string[] {
  return args.length > 0 ? args : (env.BATON_WORDS ?? "").split("\n");
}

export const command: Command = {
  arguments: [
    { name: "shell", about: `one of ${SHELLS.join(", ")}`, required: false },
    { name: "words", about: "with --candidates: what is typed so far", required: false, rest: true },
  ],
  options: [{ flags: "--candidates", about: "what may come next, a line each (for the shell's script)" }],
  examples: [
    'eval "$(baton completion bash)"',
    "baton completion fish > ~/.config/fish/completions/baton.fish",
  ],
  async run(input, world) {
    if (input.options.candidates === true) {
      const candidates = await candidatesFor(wordsSoFar(input, world), world);
      const lines = candidates.map(({ value, about }) => `${oneLine(value)}\t${oneLine(about)}`);
      return {
        ok: true,
        exitCode: EXIT.done,
        lines: lines.length === 0 ? [] : [{ kind: "raw", text: lines.join("\n") }],
        notices: [],
        data: { candidates },
      };
    }
    const shell = input.args[0] ?? "";
    const file = Object.hasOwn(FILES, shell) ? FILES[shell] : undefined;
    if (file === undefined) {
      throw new UserError(
        shell === "" ? "For which shell?" : `There is no completion for ${shell}.`,
        `One of: ${SHELLS.map((name) => `baton completion ${name}`).join(", ")}`,
        EXIT.usage,
      );
    }
    const script = await readFile(join(packageRoot(), "templates", "completion", file), "utf8");
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [{ kind: "raw", text: script.trimEnd() }],
      notices: [],
      data: { shell, script },
    };
  },
};
