/** A client in the middle of writing: `node --import tsx writing-client.ts <database>`. Holds on until its stdin ends. */
import { sqliteEngine } from "../../../scripts/agents/sqlite/engine.ts";

const engine = await sqliteEngine();
const connection = engine?.openOwn(process.argv[2] ?? "");
const insert = (id: string, text: string) => {
  connection?.query(`INSERT INTO message VALUES ('${id}', 's1', 2000000000000, 0, '{"role":"user"}')`);
  connection?.query(
    `INSERT INTO part VALUES ('p-${id}', '${id}', 's1', 2000000000000, 0, '{"type":"text","text":"${text}"}')`,
  );
};
connection?.query("PRAGMA journal_mode = WAL");
insert("m-done", "Written");
connection?.query("BEGIN IMMEDIATE");
insert("m-open", "Not yet");
process.stdout.write("writing\n");
for await (const _ of process.stdin);
connection?.query("ROLLBACK");
connection?.close();
