#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("transfer", process.argv.slice(2));
