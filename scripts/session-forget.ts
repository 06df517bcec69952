#!/usr/bin/env -S npx --no tsx
import { runDoor } from "./cli/main.ts";

await runDoor("forget", process.argv.slice(2));
