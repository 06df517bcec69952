import { statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseEnv } from "node:util";
import { errorCode } from "../base/errors.ts";
import { nameStrength } from "./names.ts";
import { isPlaceholder } from "./placeholders.ts";
import { entropy, randomness } from "./randomness.ts";
import { isSecretValue, isSomethingElse } from "./values.ts";

/** A value that must never be seen. `name` says where it is from: `env:STRIPE_KEY`, `.env:DB_PASSWORD`. */
export interface KnownSecret {
  name: string;
  value: string;
}

const MIN_LENGTH = 8;
const MAX_ENV_FILE_BYTES = 256 * 1024;
const MAX_ENV_FILES = 50;
const MAX_FOLDERS = 200;

/**
 * The secrets in the environment and in the `.env*` files of the repository's root and of the packages in it;
 * of other first-level folders only `.env` and `.env.local`. Values that are short, common, paths or placeholders
 * don't count.
 */
export async function knownSecrets({
  root,
  env,
}: {
  root: string;
  env: Record<string, string | undefined>;
}): Promise<KnownSecret[]> {
  const found = new Map<string, string>();
  const add = (name: string, value: string) => {
    if (!found.has(value)) found.set(value, name);
  };
  for (const [name, value] of Object.entries(env)) {
    for (const secret of secretsIn(name, value ?? "", false)) add(`env:${name}`, secret);
  }
  for (const file of await envFiles(root)) {
    for (const [name, value] of Object.entries(parseEnv(await textOf(file)))) {
      for (const secret of secretsIn(name, value ?? "", true)) add(`${basename(file)}:${name}`, secret);
    }
  }
  return [...found].map(([value, name]) => ({ name, value }));
}

const USER_INFO = /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/]{0,256}:([^\s@/]{1,512})@/i;

/**
 * The value itself, the password in it when it is an address, or nothing when it is none. Where secrets are kept,
 * a generated value is one under any name; the environment has ids of sessions and terminals too.
 */
function secretsIn(name: string, value: string, isKeptForSecrets: boolean): string[] {
  const password = USER_INFO.exec(value)?.[1];
  if (password !== undefined)
    return isLongEnough(password) && !isPlaceholder(password) ? [value, password] : [];
  if (!isLongEnough(value)) return [];
  const strength = nameStrength(name);
  if (strength !== null)
    return isSecretValue(value, strength) || (strength !== "key" && isPhrase(value)) ? [value] : [];
  return isKeptForSecrets && isGenerated(value) ? [value] : [];
}

// Shorter ones stand in ordinary text too often.
function isLongEnough(value: string): boolean {
  return value.length >= MIN_LENGTH;
}

// Words too, where there is more than one: here nothing can be code.
function isPhrase(value: string): boolean {
  return (
    (value.length >= 16 || /[^A-Za-z]/.test(value)) &&
    /[A-Za-z]/.test(value) &&
    !isPlaceholder(value) &&
    !isSomethingElse(value) &&
    !value.includes("://")
  );
}

function isGenerated(value: string): boolean {
  return value.length >= 20 && entropy(value) > 3.5 && randomness(value) > 8 && isSecretValue(value, "key");
}

/** Where the packages of a repository lie. */
const PACKAGE_FOLDERS = new Set(["apps", "packages", "services", "libs", "projects", "modules"]);
const SKIPPED_FOLDERS = new Set(["node_modules", "vendor", "dist", "build", "target", "venv"]);
const ENV_FILE = /^\.env(?:rc|\..{1,100})?$|^\.dev\.vars$/;
const COMMON_ENV_FILES = [".env", ".env.local"];

async function envFiles(root: string): Promise<string[]> {
  const listed = [root];
  const probed: string[] = [];
  for (const name of (await foldersIn(root)).slice(0, MAX_FOLDERS)) {
    const folder = join(root, name);
    if (PACKAGE_FOLDERS.has(name)) {
      listed.push(...(await foldersIn(folder)).map((inner) => join(folder, inner)));
    } else {
      // Listing folders that may hold thousands of files would cost every command more than all else that it does.
      probed.push(...COMMON_ENV_FILES.map((file) => join(folder, file)));
    }
  }
  const found = await Promise.all(listed.slice(0, MAX_FOLDERS).map(envFilesIn));
  return [...found.flat(), ...probed].filter(isSmallFile).slice(0, MAX_ENV_FILES);
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await orNothing(readdir(path, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED_FOLDERS.has(entry.name))
    .map((entry) => entry.name);
}

async function envFilesIn(folder: string): Promise<string[]> {
  const names = await orNothing(readdir(folder));
  return names.filter((name) => ENV_FILE.test(name)).map((name) => join(folder, name));
}

// Not what a pipe gives: some password managers mount `.env` as one, and reading it would wait for a person.
// Synchronous, because hundreds of small promises cost more than the calls themselves.
function isSmallFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= MAX_ENV_FILE_BYTES;
}

async function textOf(file: string): Promise<string> {
  return (await orNothing(readFile(file, "utf8").then((text) => [text])))[0] ?? "";
}

async function orNothing<T>(reading: Promise<T[]>): Promise<T[]> {
  try {
    return await reading;
  } catch (error) {
    if (["ENOENT", "EACCES", "ENOTDIR"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
