import type { World } from "../commands/command.ts";
import { onKeys } from "./keys.ts";

/** Work that is over sooner needs no word. */
const SILENT_MS = 300;
const REDRAW_MS = 100;
const FRAMES = [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"];
const CLEAR = "\r\u001b[2K";

export interface Progress extends Pick<World, "working" | "offerKey"> {
  /** Prints something on the same screen without mixing it with the progress. */
  beside(print: () => void): void;
  /** Takes the progress off the screen for good. */
  stop(): void;
}

interface Work {
  what: string;
  since: number;
}

/** What is going on, in one line at the bottom of the screen, redrawn in place. With `isShown` false it is silent. */
export function progress(isShown: boolean): Progress {
  const going = new Set<Work>();
  const keys = new Map<string, { what: string; handler: () => void }>();
  let timer: NodeJS.Timeout | null = null;
  let isDrawn = false;
  let frame = 0;
  let stopKeys = () => {};

  function draw(): void {
    const now = Date.now();
    const shown = [...going].filter(({ since }) => now - since >= SILENT_MS);
    if (shown.length === 0) {
      clear();
      return;
    }
    const works = shown.map(({ what, since }) => {
      const seconds = Math.floor((now - since) / 1000);
      return seconds === 0 ? what : `${what} ${seconds} s`;
    });
    const ways = [...keys].map(([key, { what }]) => `${key} ${what}`);
    const hint = `(${[...ways, "Ctrl-C stops"].join(", ")})`;
    frame = (frame + 1) % FRAMES.length;
    isDrawn = true;
    void fitted(`${FRAMES[frame]} ${works.join(" · ")}`, hint).then((line) => {
      if (isDrawn) process.stderr.write(`${CLEAR}${line}`);
    });
  }

  function clear(): void {
    if (isDrawn) process.stderr.write(CLEAR);
    isDrawn = false;
  }

  function settle(): void {
    if (going.size > 0) {
      timer ??= setInterval(draw, REDRAW_MS).unref();
      return;
    }
    if (timer !== null) clearInterval(timer);
    timer = null;
    clear();
  }

  return {
    working(what) {
      if (!isShown) return () => {};
      const work = { what: what.replace(/\s+/g, " "), since: Date.now() };
      going.add(work);
      settle();
      return () => {
        going.delete(work);
        settle();
      };
    },
    offerKey(key, what, handler) {
      if (!isShown || process.stdin.isTTY !== true) return () => {};
      if (keys.size === 0) stopKeys = onKeys((pressed) => keys.get(pressed)?.handler());
      keys.set(key, { what, handler });
      return () => {
        keys.delete(key);
        if (keys.size === 0) stopKeys();
      };
    },
    beside(print) {
      clear();
      print();
    },
    stop() {
      going.clear();
      keys.clear();
      stopKeys();
      settle();
    },
  };
}

/** One row of the screen: what is going on gives way to the hint. */
async function fitted(text: string, hint: string): Promise<string> {
  const { cutTo } = await import("./row.ts");
  const { colour } = (await import("./print.ts")).styleFor(process.stderr, process.env);
  // One column stays free: some terminals break the line when the last one is written.
  const room = (process.stderr.columns ?? 80) - 1 - hint.length - 1;
  return room < 10 ? cutTo(text, room + hint.length + 1) : `${cutTo(text, room)} ${colour.dim(hint)}`;
}
