import type { Happening } from "../../agents/claude/example.ts";

/** The repository before the session, by path. */
export const BEFORE: Readonly<Record<string, string>> = {
  "README.md": "# Shop\n",
  "package.json": `${JSON.stringify(
    { name: "shop", private: true, type: "module", scripts: { test: "node test/checkout.test.js" } },
    null,
    2,
  )}\n`,
  "src/checkout.js": `export function total(prices) {
  return prices.reduce((sum, price) => sum + price, 0);
}
`,
  "src/middleware.js": `export function session(request, next) {
  return next({ ...request, cart: [] });
}
`,
  "test/checkout.test.js": `import { total } from "../src/checkout.js";

check("two prices add up", total([12, 8]), 20);

function check(what, got, wanted) {
  const passes = got === wanted;
  console.log(passes ? \`ok    \${what}\` : \`FAIL  \${what}: wanted \${wanted}, got \${got}\`);
  if (!passes) process.exitCode = 1;
}
`,
};

/** What the session committed. */
export const COMMITTED = {
  path: "src/checkout.js",
  message: "Let total() take a discount",
  old: BEFORE["src/checkout.js"] ?? "",
  new: `export function total(prices, discount = 0) {
  return prices.reduce((sum, price) => sum + price, 0) * (1 - discount);
}
`,
};

/** What it wrote after that: a new file, and an edit. */
export const CREATED = {
  path: "src/coupons.js",
  content: `const COUPONS = {
  SPRING10: { off: 0.1, until: "2099-12-31" },
  WINTER25: { off: 0.25, until: "2020-02-29" },
};

export function discountOf(code) {
  return COUPONS[code]?.off ?? 0;
}
`,
};
const TEST = "test/checkout.test.js";
const TEST_HEAD = `import { total } from "../src/checkout.js";

check("two prices add up", total([12, 8]), 20);
`;
const NEW_TEST_HEAD = `import { total } from "../src/checkout.js";
import { discountOf } from "../src/coupons.js";

check("two prices add up", total([12, 8]), 20);
check("SPRING10 takes 10 % off", total([12, 8], discountOf("SPRING10")), 18);
check("WINTER25 has expired and changes nothing", total([12, 8], discountOf("WINTER25")), 20);
`;
export const EDITED = {
  path: TEST,
  old: TEST_HEAD,
  new: NEW_TEST_HEAD,
  content: (BEFORE[TEST] ?? "").replace(TEST_HEAD, NEW_TEST_HEAD),
};

/** What `npm test` then prints. */
export const TEST_OUTPUT = `ok    two prices add up
ok    SPRING10 takes 10 % off
FAIL  WINTER25 has expired and changes nothing: wanted 20, got 15`;

export const ASK = "Add coupon codes, refuse expired ones";
export const CORRECTION =
  "Do not touch src/middleware.js, another team owns it. Go on with the expired coupons.";
export const TODOS = [
  "Let total() take a discount",
  "List the coupon codes in src/coupons.js",
  "Refuse expired coupons",
  "Describe coupons in the README",
];
export const LIMIT = "You've hit your usage limit · resets 6pm (UTC)";

/** When the parts of the story happen, in minutes before now. */
export const MINUTES_AGO = { before: 3 * 24 * 60, asked: 42, committed: 33 };

/** The session: what the person asked, what the agent did in `root`, and where the limit cut it off. */
export function story(root: string, commit: string): { minutesAgo: number; what: Happening }[] {
  const at = (minutesAgo: number, ...all: Happening[]) => all.map((what) => ({ minutesAgo, what }));
  const { path, message } = COMMITTED;
  return [
    ...at(MINUTES_AGO.asked, { person: ASK }),
    ...at(41, { claude: "I look at the checkout first." }, read(root, path, COMMITTED.old)),
    ...at(39, ...TODOS.map(task), progress(1, "in_progress")),
    ...at(35, edit(root, path, COMMITTED.old, COMMITTED.new)),
    ...at(
      MINUTES_AGO.committed,
      bash(`git commit -qm "${message}" ${path} && git log -1 --oneline`, `${commit.slice(0, 7)} ${message}`),
      progress(1, "completed"),
    ),
    ...at(29, write(root, CREATED.path, CREATED.content), progress(2, "completed")),
    ...at(28, { claude: "The codes are listed. Next I would read the coupon in src/middleware.js." }),
    ...at(20, { person: CORRECTION }),
    ...at(19, progress(3, "in_progress"), edit(root, EDITED.path, EDITED.old, EDITED.new)),
    ...at(16, { ...bash("npm test --silent", `Exit code 1\n${TEST_OUTPUT}`), fails: true }),
    ...at(15, {
      claude: "The test fails: discountOf() never looks at the day until which a coupon is good. I fix that.",
    }),
    ...at(14, read(root, CREATED.path, CREATED.content)),
    ...at(13, { limit: LIMIT }),
  ];
}

type Call = Extract<Happening, { tool: string }>;

function read(root: string, path: string, content: string): Call {
  const lines = content.trimEnd().split("\n");
  const filePath = `${root}/${path}`;
  return {
    tool: "Read",
    input: { file_path: filePath },
    output: lines.map((line, index) => `${index + 1}\t${line}`).join("\n"),
    details: {
      type: "text",
      file: { filePath, content, numLines: lines.length, startLine: 1, totalLines: lines.length },
    },
  };
}

function write(root: string, path: string, content: string): Call {
  const filePath = `${root}/${path}`;
  return {
    tool: "Write",
    input: { file_path: filePath, content },
    output: `File created successfully at: ${filePath}`,
    details: { type: "create", filePath, content, structuredPatch: [], originalFile: null },
  };
}

function edit(root: string, path: string, oldString: string, newString: string): Call {
  const filePath = `${root}/${path}`;
  return {
    tool: "Edit",
    input: { file_path: filePath, old_string: oldString, new_string: newString },
    output: `The file ${filePath} has been updated successfully.`,
    details: { filePath, oldString, newString, structuredPatch: [], userModified: false, replaceAll: false },
  };
}

function bash(command: string, output: string): Call {
  return {
    tool: "Bash",
    input: { command, description: "Run a command" },
    output,
    details: { stdout: output, stderr: "", interrupted: false, isImage: false },
  };
}

function task(subject: string, index: number): Call {
  const id = String(index + 1);
  return {
    tool: "TaskCreate",
    input: { subject, description: subject, activeForm: subject },
    output: `Task #${id} created successfully: ${subject}`,
    details: { task: { id, subject } },
  };
}

function progress(id: number, status: "in_progress" | "completed"): Call {
  return {
    tool: "TaskUpdate",
    input: { taskId: String(id), status },
    output: `Updated task #${id} status`,
    details: { success: true, taskId: String(id), updatedFields: ["status"] },
  };
}
