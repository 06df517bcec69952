#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("config", process.argv.slice(2));
