#!/usr/bin/env -S npx --no tsx
import { runDoor } from "./cli/main.ts";

await runDoor("transfer", process.argv.slice(2));
