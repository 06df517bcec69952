#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("init", process.argv.slice(2));
