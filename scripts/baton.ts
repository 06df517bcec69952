#!/usr/bin/env node
import { packageVersion } from "./base/package.ts";
import { guardStdout } from "./base/stdout.ts";

const argv = process.argv.slice(2);
guardStdout();
// Answered before anything else is loaded.
if (argv.length === 1 && /^(-v|-V|--version)$/.test(argv[0] ?? ""))
  process.stdout.write(`${packageVersion()}\n`);
else await (await import("./cli/main.ts")).runBaton(argv);
