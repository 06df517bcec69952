#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("list", process.argv.slice(2));
