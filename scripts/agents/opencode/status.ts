import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorMessage, isUserError } from "../../base/errors.ts";
import type { StoreEnvironment, StorePlace } from "../adapter.ts";
import type { OpenSqlite } from "../sqlite/open.ts";
import { hasClient } from "./client.ts";
import { databases, dataFolder, treeFolder } from "./places.ts";
import { openDatabase } from "./store.ts";
import { noWayToRead } from "./unreadable.ts";

/** Where OpenCode's sessions are looked for, apart from the database that the Go era kept in each project. */
export async function placesOf(store: StoreEnvironment, open: OpenSqlite): Promise<StorePlace[]> {
  const places: StorePlace[] = [];
  for (const path of databases(store)) places.push(await databasePlace(path, store, open));
  places.push(treePlace(treeFolder(store)));
  // Before 1.0 each project had a tree of its own, which the client moved when it was updated.
  const oldest = join(dataFolder(store), "project");
  if (existsSync(oldest)) {
    places.push({
      path: oldest,
      found: true,
      generation: "unknown",
      note: "from before OpenCode 1.0, not read",
    });
  }
  return places;
}

async function databasePlace(path: string, store: StoreEnvironment, open: OpenSqlite): Promise<StorePlace> {
  if (!existsSync(path)) return { path, found: false, generation: null };
  try {
    const database = await openDatabase(path, open);
    if (database === "empty") return { path, found: true, generation: "sqlite", note: "empty" };
    if (database === null)
      return { path, found: true, generation: "sqlite", note: await noteOfClient(path, store) };
    database.close();
    return { path, found: true, generation: database.generation };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { path, found: true, generation: "unknown", note: errorMessage(error) };
  }
}

async function noteOfClient(path: string, store: StoreEnvironment): Promise<string> {
  if (await hasClient(store)) return "this Node has no SQLite for it: read through the opencode command";
  const { message, fix } = noWayToRead(path);
  return `${message} ${fix}`;
}

function treePlace(path: string): StorePlace {
  const found = existsSync(join(path, "session"));
  return { path, found, generation: found ? "json-tree" : null };
}
