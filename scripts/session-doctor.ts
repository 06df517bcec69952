#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("doctor", process.argv.slice(2));
