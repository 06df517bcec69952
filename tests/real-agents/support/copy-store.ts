import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CopiedText, withOffsetsMoved } from "./offsets.ts";
import { runClient } from "./run.ts";
import type { Stage } from "./stage.ts";
import { trimRecord } from "./trim.ts";

const HOME = "/home/dev";

/**
 * Copies the session files of the stage's home to `<folder>/home`: trimmed, and as if the home had been
 * /home/dev and the repository /home/dev/repo.
 */
export async function copyStore({ client, place }: Stage, folder: string): Promise<void> {
  const renamed = renamer(place.home);
  const texts: CopiedText[] = [];
  const files = await readdir(place.home, { recursive: true });
  for (const file of files.filter((name) => client.store.test(name)).sort()) {
    const source = join(place.home, file);
    const target = join(folder, "home", renamed(file));
    await mkdir(dirname(target), { recursive: true });
    if (file.endsWith(".db")) {
      copyDatabase(source, target, place.home);
    } else {
      const before = await readFile(source, "utf8");
      texts.push({ path: target, before, after: trimFile(renamed(before), file) });
    }
  }
  for (const { path, after } of withOffsetsMoved(texts)) await writeFile(path, after);
}

/** Stores what the client's own export says of a session as `<folder>/export/<id>.json`. */
export async function copyExport(stage: Stage, id: string, folder: string): Promise<void> {
  const { agent, client, program, place } = stage;
  if (client.export === undefined) return;
  const { stdout } = await runClient(agent, program, place, { args: client.export(id) });
  await mkdir(join(folder, "export"), { recursive: true });
  await writeFile(join(folder, "export", `${id}.json`), trimJson(renamer(place.home)(stdout)));
}

/** Replaces the scratch home by /home/dev, in each form that a client writes it in. */
function renamer(home: string): (text: string) => string {
  const hash = (path: string) => createHash("sha256").update(path).digest("hex");
  const key = (path: string) => path.replace(/[^a-zA-Z0-9]/g, "-");
  const forms = [(path: string) => path, key, (path: string) => hash(`${path}/repo`)];
  return (text) => forms.reduce((result, form) => result.replaceAll(form(home), form(HOME)), text);
}

function trimFile(text: string, name: string): string {
  if (!name.endsWith(".jsonl")) return text;
  return text.split("\n").map(trimLine).join("\n");
}

function trimJson(text: string): string {
  return `${JSON.stringify(trimRecord(JSON.parse(text)), null, 2)}\n`;
}

function trimLine(line: string): string {
  if (line === "") return line;
  const record: unknown = JSON.parse(line);
  return JSON.stringify(trimRecord(record));
}

// What OpenCode says to the model in the person's place.
const FORGET_SYNTHETIC = `UPDATE part SET data = json_set(data, '$.text', '[trimmed]')
  WHERE json_extract(data, '$.synthetic')`;

function copyDatabase(source: string, target: string, home: string): void {
  // Not a plain copy: the newest rows may still be in the log beside the database.
  execFileSync("sqlite3", [source, `VACUUM INTO '${target}'`]);
  const sql = (text: string) => execFileSync("sqlite3", [target, text], { encoding: "utf8" }).trim();
  const tables = sql("SELECT name FROM sqlite_master WHERE type = 'table'").split("\n");
  for (const table of tables) {
    const columns = sql(`SELECT name FROM pragma_table_info('${table}')`).split("\n");
    const changes = columns.map((column) => `"${column}" = replace("${column}", '${home}', '${HOME}')`);
    sql(`UPDATE "${table}" SET ${changes.join(", ")} WHERE 1`);
  }
  // OpenCode's log of changes repeats all of the content.
  if (tables.includes("event")) sql("DELETE FROM event");
  if (tables.includes("part")) sql(FORGET_SYNTHETIC);
  sql("VACUUM; PRAGMA journal_mode = WAL;");
}
