#!/usr/bin/env node
import { runDoor } from "./cli/main.ts";

await runDoor("handoff", process.argv.slice(2));
