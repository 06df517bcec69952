import type { Detector } from "./detector.ts";
import { isPlaceholder } from "./placeholders.ts";

/** How far the manifest of one Secret is followed. */
const MANIFEST_REACH = 16 * 1024;
const BREAK = "(?:\\r?\\n|\\\\{1,7}n)";
const KIND = /kind["'\\]{0,8}:[ \t]{0,4}["'\\]{0,8}Secret(?![A-Za-z])/y;
const DATA = new RegExp(
  `${BREAK}([ \\t]{0,40})(?:data|stringData):[ \\t]{0,20}((?:${BREAK}\\1[ \\t]{1,40}(?:[^\\r\\n\\\\]|\\\\{1,7}["']){1,4096}){1,200})`,
  "g",
);
const ENTRY = /[ \t][\w.-]{1,253}: {1,4}\\{0,7}["']?([^\s"'|>\\]{4,4096})/g;

/** What a Kubernetes Secret keeps, whatever its entries are called. */
export const KUBERNETES_SECRET: Detector = {
  near: ["kind: secret", 'kind": "secret', 'kind":"secret', "kind: 'secret", 'kind: "secret'],
  look(text, at, report) {
    KIND.lastIndex = at;
    if (!KIND.test(text)) return at + 1;
    const { start, end } = manifestAround(text, at);
    for (const block of text.slice(start, end).matchAll(DATA)) {
      const blockStart = start + block.index + block[0].length - (block[2]?.length ?? 0);
      for (const entry of (block[2] ?? "").matchAll(ENTRY)) {
        const value = entry[1] ?? "";
        const valueStart = blockStart + entry.index + entry[0].length - value.length;
        if (!isPlaceholder(value)) {
          report({ start: valueStart, end: valueStart + value.length, rule: "kubernetes-secret" });
        }
      }
    }
    return end;
  },
};

// A manifest ends where its document does.
function manifestAround(text: string, at: number): { start: number; end: number } {
  const before = text.lastIndexOf("\n---", at);
  const behind = text.indexOf("\n---", at);
  return {
    start: Math.max(before, at - MANIFEST_REACH, 0),
    end: Math.min(behind === -1 ? text.length : behind, at + MANIFEST_REACH),
  };
}
