#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("show", process.argv.slice(2));
