#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("escalate", process.argv.slice(2));
