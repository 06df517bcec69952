import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { knownSecrets } from "../../scripts/privacy/known-secrets.ts";
import { alnum, hex, lower, uuid } from "../../scripts/privacy/rules/parts.ts";

function folderWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "baton-env-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const named = async (root: string, env: Record<string, string | undefined> = {}) =>
  Object.fromEntries((await knownSecrets({ root, env })).map(({ name, value }) => [name, value]));

test("takes the secrets of every .env file at the root, and says where they are from", async () => {
  const root = folderWith({
    ".env": `# local\nexport DB_PASSWORD="pass"\nSTRIPE_KEY='${alnum(24)}'\nPORT=3000\n`,
    ".env.production": `SESSION_SECRET=${hex(32)}`,
    ".envrc": `export API_TOKEN=${lower(30)}`,
    ".dev.vars": `WORKER_TOKEN=${lower(31)}`,
    "env.ts": `export const token = "${lower(32)}"`,
  });
  expect(await named(root)).toEqual({
    ".env:STRIPE_KEY": alnum(24),
    ".env.production:SESSION_SECRET": hex(32),
    ".envrc:API_TOKEN": lower(30),
    ".dev.vars:WORKER_TOKEN": lower(31),
  });
});

test("looks into the packages of a repository, and not into what others made", async () => {
  const root = folderWith({
    "packages/api/.env.test": `A_TOKEN=${lower(30)}`,
    "server/.env": `B_TOKEN=${lower(31)}`,
    "node_modules/x/.env": `C_TOKEN=${lower(32)}`,
    "deep/er/than/.env": `D_TOKEN=${lower(33)}`,
  });
  expect(Object.values(await named(root)).sort()).toEqual([lower(30), lower(31)].sort());
});

test("of an address both the whole and its password count", async () => {
  const url = `postgres://app:${alnum(16)}@db.test/app`;
  expect(
    (await knownSecrets({ root: folderWith({}), env: { DATABASE_URL: url } })).map(({ value }) => value),
  ).toEqual([url, alnum(16)]);
});

test.each([
  ["DB_PASSWORD", "correct-horse-battery"],
  ["API_SECRET", "battery-staple-8"],
  ["JWT_SECRET", "averylongphrasewithoutaspace"],
  ["DB_PASSWORD", "pa ss wörd"],
])("a phrase counts where a secret is kept: %s=%s", async (name, value) => {
  expect(await named(folderWith({}), { [name]: value })).toEqual({ [`env:${name}`]: value });
});

test("takes a generated value under any name from a file, not from the environment", async () => {
  const root = folderWith({ ".env": `ACME_LICENCE=${alnum(32)}` });
  expect(await named(root, { TERMINAL: alnum(30) })).toEqual({ ".env:ACME_LICENCE": alnum(32) });
});

test.each([
  ["NODE_ENV", "production"],
  ["DEBUG_TOKEN", "true"],
  ["API_KEY", ""],
  ["API_KEY", "changeme"],
  ["API_KEY", "your-api-key-here"],
  ["API_KEY", "${OTHER_KEY}"],
  ["DB_PASSWORD", "postgres"],
  ["DB_PASSWORD", "dev"],
  ["USER_PASSWORD", "ann"],
  ["AUTH_TOKEN_FILE", "/run/secrets/token-1"],
  ["SSH_AUTH_SOCK", "/tmp/ssh-Q7x2Lk9Zt4Rm/agent.812"],
  ["SECRET_NAME", "acme-web-tls-2024"],
  ["TOKEN_URL", "https://login.acme.test/oauth2/token"],
  ["HOME", "/home/ann"],
  ["USER", "ann"],
  ["PATH", "/usr/local/bin:/usr/bin:/bin"],
  ["PWD", "/home/ann/work/acme-app-2"],
  ["OLDPWD", "/home/ann/work/acme-app-2"],
  ["GIT_COMMIT", hex(40)],
  ["REQUEST_ID", uuid()],
  ["LS_COLORS", "rs=0:di=01;34:ln=01;36:mh=00:pi=40;33:so=01;35:do=01;35:bd=40;33;01"],
  ["npm_package_version", "1.12.3-beta.4"],
  ["TERM_SESSION_ID", "w0t0p0:4F9A8B7C-6D5E-4F3A-9B2C-1D0E9F8A7B6C"],
  ["DATABASE_URL", "postgres://localhost:5432/app"],
  ["DATABASE_URL", "postgres://app:password@localhost:5432/app"],
])("%s=%s is no secret", async (name, value) => {
  expect(await named(folderWith({}), { [name]: value })).toEqual({});
});

test("follows a link to a shared file", async () => {
  const shared = folderWith({ "shared.env": `A_TOKEN=${lower(30)}` });
  const root = folderWith({});
  symlinkSync(join(shared, "shared.env"), join(root, ".env"));
  expect(await named(root)).toEqual({ ".env:A_TOKEN": lower(30) });
});

test("does not wait at a pipe, nor fail at a folder or a dead link", async () => {
  const root = folderWith({ ".env.local/readme": "a folder", ".env.test": `A_TOKEN=${lower(30)}` });
  execFileSync("mkfifo", [join(root, ".env")]);
  symlinkSync(join(root, "gone"), join(root, ".env.gone"));
  expect(await named(root)).toEqual({ ".env.test:A_TOKEN": lower(30) });
});

test("a folder that is not there has none", async () => {
  expect(await named(join(tmpdir(), "baton-no-such-folder"))).toEqual({});
});
