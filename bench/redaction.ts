import { createRedactor } from "../scripts/privacy/redact.ts";
import { redactStream } from "../scripts/privacy/stream.ts";
import type { BenchRow } from "./row.ts";

const SIZE = 32 * 1024 * 1024;
const MIN_MB_PER_SECOND = 20;
const KNOWN = 40;

/** How fast secrets are hidden in text like an agent's transcript: as a stream, and record by record. */
export async function bench(): Promise<BenchRow[]> {
  const lines = transcript(SIZE);
  const bytes = Buffer.from(lines.join("\n"));
  const records: unknown[] = lines.map((line) => JSON.parse(line));
  return [
    await row("redact a transcript as a stream", bytes.length, async () => {
      await drain(redactStream(chunksOf(bytes), makeRedactor()));
    }),
    await row("redact a transcript record by record", bytes.length, async () => {
      const redactor = makeRedactor();
      for (const record of records) await redactor.redact(record);
    }),
  ];
}

async function drain(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const piece of pieces) size += piece.length;
  return size;
}

function makeRedactor() {
  const secrets = Array.from({ length: KNOWN }, (_, i) => ({ name: `env:SECRET_${i}`, value: noise(i, 24) }));
  return createRedactor({ secrets, patterns: [], allow: [], enabled: true });
}

async function row(name: string, size: number, work: () => Promise<void>): Promise<BenchRow> {
  await work();
  // Processor time, so that a busy machine does not make the figure worse than it is.
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const speed = size / (user + system);
  return { name, figure: `${speed.toFixed(0)} MB/s`, ratio: MIN_MB_PER_SECOND / speed, limit: 1 };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
}

/** Prose, source code, listings and logs in the proportions of a working session, as JSON lines. */
function transcript(size: number): string[] {
  const lines: string[] = [];
  for (let i = 0, written = 0; written < size; i++) {
    const line = JSON.stringify(record(i));
    lines.push(line);
    written += line.length + 1;
  }
  return lines;
}

function record(i: number): unknown {
  const base = {
    uuid: `${noise(i, 8)}-4a6e-9c55`,
    parentUuid: noise(i + 1, 8),
    timestamp: "2026-01-05T12:30:00.000Z",
  };
  const kinds = [
    { type: "user", message: { role: "user", content: PROSE } },
    {
      type: "assistant",
      message: { role: "assistant", content: [{ type: "text", text: `${PROSE}\n\n${CODE}` }] },
    },
    {
      type: "assistant",
      message: { content: [{ type: "tool_use", name: "Read", input: { path: `src/auth/${i}.ts` } }] },
    },
    { type: "user", message: { content: [{ type: "tool_result", content: numbered(CODE.repeat(6)) }] } },
    { type: "user", message: { content: [{ type: "tool_result", content: listing(i) }] } },
    {
      type: "user",
      message: { content: [{ type: "tool_result", content: `API_TOKEN=${noise(i, 32)}\n${LOG}` }] },
    },
  ];
  return { ...base, ...kinds[i % kinds.length] };
}

const PROSE =
  "The login form keeps the user's session alive even after the token has expired. Please find out where the refresh " +
  "happens, add a test that fails, and fix it; do not touch the public API of the auth package, because two other services use it. ";

const CODE = `
export async function refresh(session: Session, now: Date): Promise<Session> {
  if (session.expiresAt > now) return session;
  const response = await fetch(new URL("/oauth/token", config.issuer), {
    method: "POST",
    headers: { authorization: \`Bearer \${session.token}\`, "content-type": "application/json" },
    body: JSON.stringify({ grant_type: "refresh_token", refresh_token: session.refreshToken }),
  });
  if (!response.ok) throw new AuthError(\`The token could not be refreshed: \${response.status}\`);
  const { access_token: token, expires_in: seconds } = await response.json();
  return { ...session, token, expiresAt: new Date(now.getTime() + seconds * 1000) };
}
`;

const LOG =
  "2026-01-05 12:30:01 INFO  [worker-3] job 4711 done in 132 ms (7d3f1a9c0b2e4d6f8a1c3e5b7d9f0a2c4e6b8d1f)\n".repeat(
    30,
  );

const numbered = (text: string) => text.replaceAll("\n", "\n   12\u2192");
const listing = (i: number) =>
  Array.from({ length: 60 }, (_, n) => `src/features/users/pages/page-${i}-${n}.test.tsx`).join("\n");

function noise(seed: number, length: number): string {
  let value = seed + 1;
  let text = "";
  while (text.length < length) {
    value = (value * 1103515245 + 12345) % 2147483648;
    text += "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"[(value >>> 8) % 57] ?? "";
  }
  return text;
}

if (process.argv[1] === import.meta.filename) {
  for (const { name, figure, ratio } of await bench()) {
    process.stdout.write(
      `${name.padEnd(40)} ${figure.padStart(9)}  (×${ratio?.toFixed(2)} of what is allowed)\n`,
    );
  }
}
