import { readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { errorCode } from "../../base/errors.ts";
import type { StoreEnvironment } from "../adapter.ts";

/** Where OpenCode keeps its data. It follows the XDG rules on every system (1.18.33). */
export function dataFolder({ home, env }: StoreEnvironment): string {
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "opencode");
}

/** The databases from 1.2 on: the one that `OPENCODE_DB` names, else one each release channel that was used here. */
export function databases(store: StoreEnvironment): string[] {
  const folder = dataFolder(store);
  const named = store.env.OPENCODE_DB;
  // The client then keeps its sessions in memory: there is nothing to find.
  if (named === ":memory:") return [];
  if (named) return [isAbsolute(named) ? named : join(folder, named)];
  const channels = list(folder).filter((name) => /^opencode-[\w.-]+\.db$/.test(name));
  return [join(folder, "opencode.db"), ...channels.sort().map((name) => join(folder, name))];
}

/** The tree of JSON files of 1.0 and 1.1. */
export function treeFolder(store: StoreEnvironment): string {
  return join(dataFolder(store), "storage");
}

/** The database that the Go-era client kept in a project. */
export function projectDatabase(root: string): string {
  return join(root, ".opencode", "opencode.db");
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
