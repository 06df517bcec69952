import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { EXIT } from "../base/errors.ts";
import { escapeControls, oneLine } from "../base/text.ts";
import type { World } from "../commands/command.ts";
import { bestFirst } from "./search.ts";

const MARGIN = 6;
const NARROWEST_LABEL = 20;

/** The person's terminal, or the pipe in its place: long answers and questions. */
export function terminal(): Pick<World, "write" | "pick"> & { finish(): Promise<void> } {
  let pager: ChildProcess | null = null;
  let isOpen = true;
  // `baton show … | head` closes the pipe: nobody reads any more.
  process.stdout.on("error", () => {
    isOpen = false;
  });

  function target(isPaged: boolean): Writable {
    // To set PAGER to nothing is to ask for none.
    if (!isPaged || process.stdout.isTTY !== true || process.env.PAGER === "") return process.stdout;
    pager ??= startPager(() => {
      isOpen = false;
    });
    return pager.stdin ?? process.stdout;
  }

  return {
    async write(piece, options = { paged: false }) {
      const stream = target(options.paged);
      if (isOpen && !stream.write(typeof piece === "string" ? escapeControls(piece) : piece))
        await writable(stream);
      return isOpen;
    },
    async pick(question, choices) {
      const [{ autocomplete, isCancel }, { cutTo, widthOf }] = await Promise.all([
        import("@clack/prompts"),
        import("./table.ts"),
      ]);
      // What the prompt itself puts before and after each line.
      const width = (process.stdout.columns ?? 80) - MARGIN;
      const options = choices.map(({ value, label, note, about }) => {
        const end = note === undefined ? "" : ` · ${oneLine(note)}`;
        const shown = cutTo(oneLine(label), Math.max(width - widthOf(end), NARROWEST_LABEL)) + end;
        return { value, label: shown, hint: oneLine(about), whole: [label, note, about].join(" ") };
      });
      let searched = "";
      const picked = await autocomplete({
        message: question,
        maxItems: 12,
        options() {
          // What fits best is on top, and Enter takes it.
          if (this.userInput !== searched) this.focusedValue = undefined;
          searched = this.userInput;
          return bestFirst(searched, options, ({ whole }) => whole);
        },
        filter: () => true,
      });
      return isCancel(picked) ? null : String(picked);
    },
    async finish() {
      if (pager === null) return;
      pager.stdin?.end();
      if (pager.exitCode === null) await once(pager, "close");
    },
  };
}

/** Waits until the reader has caught up, or is gone. */
async function writable(stream: Writable): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      for (const event of ["drain", "close", "error"]) stream.off(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) stream.on(event, done);
  });
}

function startPager(onClose: () => void): ChildProcess {
  const [program = "less", ...args] = (process.env.PAGER ?? "less").split(" ").filter((word) => word !== "");
  // F: a short answer needs no pager; R: colours; X: leave the text on the screen.
  const pager = spawn(program, args, {
    stdio: ["pipe", "inherit", "inherit"],
    env: { LESS: "FRX", ...process.env },
  });
  pager.stdin?.on("error", onClose);
  pager.on("close", onClose);
  pager.on("error", () => {
    process.stderr.write(`The pager ${program} could not be started. Set PAGER, or pipe the output.\n`);
    process.exit(EXIT.failed);
  });
  return pager;
}
