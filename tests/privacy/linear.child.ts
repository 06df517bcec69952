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
function* hostileTexts({ baits }: Subject, size: number): Generator<[label: string, text: string]> {
  for (const bait of baits) {
    yield [`${bait} again and again`, repeated(bait, size)];
    for (const filler of FILLERS)
      yield [`${bait} and ${JSON.stringify(filler)}`, repeated(bait + repeated(filler, 200), size)];
  }
}

function repeated(text: string, size: number): string {
  return text === "" ? "" : text.repeat(Math.ceil(size / text.length)).slice(0, size);
}

function timeOf(find: Finder, text: string): number {
  const { user } = process.cpuUsage();
  find(text);
  return (process.cpuUsage().user - user) / 1000;
}

for (const { name, find, baits } of subjects) {
  const halves = hostileTexts({ name, find, baits }, SIZE / 2);
  for (const [label, text] of hostileTexts({ name, find, baits }, SIZE)) {
    const [, half] = halves.next().value ?? ["", ""];
    const whole = timeOf(find, text);
    const growth = whole < WORTH_MEASURING_MS ? 0 : whole / timeOf(find, half);
    if (growth > MAX_GROWTH)
      process.stdout.write(
        `${name}: ${label} takes ${whole.toFixed(0)} ms, ${growth.toFixed(1)} times its half\n`,
      );
  }
}
