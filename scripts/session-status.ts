#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("status", process.argv.slice(2));
