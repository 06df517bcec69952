/** Writes the published JSON Schemas from the zod sources (`npm run schema`). A test holds them equal. */
import { writeFileSync } from "node:fs";
import * as z from "zod/mini";
import { ConfigSchema } from "./config.ts";
import { SessionStateSchema } from "./session-state.ts";

export const PUBLISHED = {
  "session-state.schema.json": { schema: SessionStateSchema, title: "Baton session state, version 2.0" },
  "config.schema.json": { schema: ConfigSchema, title: "Baton configuration" },
} as const;

export function jsonSchema(name: keyof typeof PUBLISHED): string {
  const { schema, title } = PUBLISHED[name];
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: "input" }) }, null, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  for (const name of Object.keys(PUBLISHED) as (keyof typeof PUBLISHED)[]) {
    writeFileSync(new URL(name, import.meta.url), jsonSchema(name));
  }
}
