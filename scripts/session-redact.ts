#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("redact", process.argv.slice(2));
