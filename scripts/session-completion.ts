#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("completion", process.argv.slice(2));
