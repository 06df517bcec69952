#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("validate", process.argv.slice(2));
