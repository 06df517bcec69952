#!/usr/bin/env node
import { packageVersion } from "./base/package.ts";

const argv = process.argv.slice(2);
// Answered before anything else is loaded.
if (argv[0] === "--version" || argv[0] === "-V") process.stdout.write(`${packageVersion()}\n`);
else await (await import("./cli/main.ts")).runBaton(argv);
