#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("restore", process.argv.slice(2));
