import type { Detector } from "./detector.ts";
import { isPlaceholder } from "./placeholders.ts";
import type { Range } from "./span.ts";

/** How far the manifest of one Secret is followed. */
const MANIFEST_REACH = 16 * 1024;
const BREAK = "(?:\\r?\\n|\\\\{1,7}n)";
const KIND = /kind["'\\]{0,8}:[ \t]{0,4}["'\\]{0,8}Secret(?![A-Za-z])/y;
const DATA = new RegExp(
  `${BREAK}([ \\t]{0,40})(?:data|stringData):[ \\t]{0,20}((?:${BREAK}\\1[ \\t]{1,40}(?:[^\\r\\n\\\\]|\\\\{1,7}["']){1,4096}){1,200})`,
  "g",
);
const ENTRY = /[ \t][\w.-]{1,253}: {1,4}\\{0,7}["']?([^\s"'|>\\]{4,4096})/g;
/** The same as JSON, which `kubectl get secret -o json` prints; `last-applied-configuration` holds it escaped. */
const JSON_DATA = /"(?:data|stringData)\\{0,7}"\s{0,8}:\s{0,8}\{([^{}]{1,16000})\}/g;
const JSON_ENTRY = /\\{0,7}"\s{0,8}:\s{0,8}\\{0,7}"([^"\\]{4,4096})\\{0,7}"/g;

/** What a Kubernetes Secret keeps, whatever its entries are called. */
export const KUBERNETES_SECRET: Detector = {
  near: ["kind: secret", "kind: 'secret", 'kind: "secret', 'kind": "secret', 'kind":"secret', "kind\\"],
  look(text, at, report) {
    KIND.lastIndex = at;
    if (!KIND.test(text)) return at + 1;
    const { start, end } = manifestAround(text, at);
    const manifest = text.slice(start, end);
    for (const value of [...valuesIn(manifest, DATA, ENTRY), ...valuesIn(manifest, JSON_DATA, JSON_ENTRY)]) {
      report({ start: start + value.start, end: start + value.end, rule: "kubernetes-secret" });
    }
    return end;
  },
};

/** Of each block of data, its entries' values. The last group of a pattern is what it is about. */
function* valuesIn(manifest: string, data: RegExp, entry: RegExp): Generator<Range> {
  for (const block of manifest.matchAll(data)) {
    const entries = block.at(-1) ?? "";
    const entriesAt = block.index + block[0].lastIndexOf(entries);
    for (const match of entries.matchAll(entry)) {
      const value = match[1] ?? "";
      const start = entriesAt + match.index + match[0].lastIndexOf(value);
      if (!isPlaceholder(value)) yield { start, end: start + value.length };
    }
  }
}

// A manifest ends where its document does.
function manifestAround(text: string, at: number): { start: number; end: number } {
  const before = text.lastIndexOf("\n---", at);
  const behind = text.indexOf("\n---", at);
  return {
    start: Math.max(before, at - MANIFEST_REACH, 0),
    end: Math.min(behind === -1 ? text.length : behind, at + MANIFEST_REACH),
  };
}
