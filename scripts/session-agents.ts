#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("agents", process.argv.slice(2));
