#!/usr/bin/env -S npx --no tsx
import { runDoor } from "./cli/main.ts";

await runDoor("undo", process.argv.slice(2));
