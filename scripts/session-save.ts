#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("save", process.argv.slice(2));
