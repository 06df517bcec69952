#!/usr/bin/env -S npx --no tsx
import { runDoor } from "./cli/main.ts";

await runDoor("demo", process.argv.slice(2));
