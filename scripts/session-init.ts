#!/usr/bin/env -S npx --no tsx
import { runDoor } from "./cli/main.ts";

await runDoor("init", process.argv.slice(2));
