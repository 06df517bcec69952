/** Looks through hostile texts of two sizes and prints the ones whose time grows faster than they do. */
import { ASSIGNMENTS } from "../../scripts/privacy/assignments.ts";
import type { Detector } from "../../scripts/privacy/detector.ts";
import { KUBERNETES_SECRET } from "../../scripts/privacy/kubernetes.ts";
import { PEM } from "../../scripts/privacy/pem.ts";
import { RULES } from "../../scripts/privacy/rules/index.ts";
import { detectorOf, searchOf } from "../../scripts/privacy/rules/run.ts";
import { createFinder, createScan, type Finder } from "../../scripts/privacy/scan.ts";
import { SECRETLINT_LEADS } from "../../scripts/privacy/secretlint.ts";

const SIZE = 1024 * 1024;
/** Below this the clock says more about the machine than about the work. */
const WORTH_MEASURING_MS = 250;
/** Twice the text takes twice the time, and four times where the work is quadratic. */
const MAX_GROWTH = 3;
/** A part that takes less cannot make the whole worth measuring, even where the work is quadratic. */
const PART = 4;
const WORTH_GOING_ON_MS = WORTH_MEASURING_MS / PART ** 2;
/** Something else on the machine may slow a measurement down, but hardly each of so many. */
const MEASUREMENTS = 4;

const FILLERS = ["a", "A0-", "=", " ", "/a:", "\\n"];

interface Subject {
  name: string;
  find: Finder;
  /** What gets it interested. */
  baits: string[];
}

const subjects: Subject[] = [
  ...RULES.map((rule) => ({
    name: rule.name,
    find: rule.near.length === 0 ? searchOf(rule) : createScan([detectorOf(rule)]),
    baits: [...rule.near.slice(0, 1), rule.hit().slice(0, -1)],
  })),
  subject(
    "assignments",
    [ASSIGNMENTS],
    [
      "password",
      "token=",
      'token" { default = ',
      'secret: "',
      "api_key -",
      "--token ",
      "<password>",
      "key\n  value: ",
    ],
  ),
  subject(
    "private keys",
    [PEM],
    [
      ["-----BEGIN", " PRIVATE KEY-----"].join(""),
      `${["-----BEGIN", " PRIVATE KEY-----\\n"].join("")}${"A".repeat(64)}`,
      `${["-----END", " PRIVATE KEY-----\\n"].join("")}${"A".repeat(64)}`,
      `${"A".repeat(64)}\n1:${["-----END", " PRIVATE KEY-----\n"].join("")}`,
    ],
  ),
  subject(
    "kubernetes",
    [KUBERNETES_SECRET],
    ["kind: Secret", "\ndata:\n  a: b\nkind: Secret\n", '"data":{"a":"b","kind":"Secret"'],
  ),
  subject("secretlint leads", SECRETLINT_LEADS, ["://", "://a:b", "secret_access_key"]),
  { name: "everything", find: createFinder([]), baits: ["", "://", "token"] },
];

function subject(name: string, detectors: readonly Detector[], baits: string[]): Subject {
  return { name, find: createScan(detectors), baits };
}

/** The bait again and again, and with long runs of something between. */
function hostileTexts({ baits }: Subject): { label: string; of: (size: number) => string }[] {
  return baits.flatMap((bait) => [
    { label: `${bait} again and again`, of: (size: number) => repeated(bait, size) },
    ...FILLERS.map((filler) => ({
      label: `${bait} and ${JSON.stringify(filler)}`,
      of: (size: number) => repeated(bait + repeated(filler, 200), size),
    })),
  ]);
}

function repeated(text: string, size: number): string {
  return text === "" ? "" : text.repeat(Math.ceil(size / text.length)).slice(0, size);
}

function timeOf(find: Finder, text: string): number {
  const before = process.cpuUsage();
  find(text);
  // Both: how the kernel divides them is a guess, their sum is not.
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Measures again where it looks bad, and compares the best times: each is nearest to what the work takes. */
function growthOf(find: Finder, whole: string, half: string): number {
  const best = { whole: Number.POSITIVE_INFINITY, half: Number.POSITIVE_INFINITY };
  for (let i = 0; i < MEASUREMENTS && !(best.whole / best.half <= MAX_GROWTH); i++) {
    best.whole = Math.min(best.whole, timeOf(find, whole));
    if (best.whole < WORTH_MEASURING_MS) return 0;
    best.half = Math.min(best.half, timeOf(find, half));
  }
  return best.whole / best.half;
}

for (const subject of subjects) {
  const { name, find } = subject;
  for (const { label, of } of hostileTexts(subject)) {
    if (timeOf(find, of(SIZE / PART)) < WORTH_GOING_ON_MS) continue;
    const growth = growthOf(find, of(SIZE), of(SIZE / 2));
    if (growth > MAX_GROWTH)
      process.stdout.write(`${name}: ${label} takes ${growth.toFixed(1)} times as long as its half\n`);
  }
}
