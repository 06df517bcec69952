// @module-tag slow
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isProcessAlive } from "../../scripts/base/files.ts";
import type { CommandLine } from "../../scripts/gates/gate.ts";
import { runCommand } from "../../scripts/gates/run-command.ts";
import { temporaryFolder } from "../support/repo.ts";

const NEVER = new AbortController().signal;

function run(command: CommandLine, options: { cwd?: string; signal?: AbortSignal; env?: object } = {}) {
  return runCommand(command, {
    cwd: options.cwd ?? temporaryFolder(),
    env: { PATH: process.env.PATH, ...options.env },
    signal: options.signal ?? NEVER,
  });
}

function node(code: string): string[] {
  return [process.execPath, "-e", code];
}

/** Waits for a file that a process writes, and gives what is in it. */
async function written(path: string): Promise<string> {
  while (!existsSync(path) || readFileSync(path, "utf8") === "") await sleep(5);
  return readFileSync(path, "utf8");
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 1000 && isProcessAlive(pid); i++) await sleep(10);
  return !isProcessAlive(pid);
}

// Starts a process that starts another, each of which notes its pid; none of them ends by itself.
const FAMILY = `
  const { spawn } = require("node:child_process");
  const fs = require("node:fs");
  if (process.argv[1] === "child") {
    fs.writeFileSync("child.pid", String(process.pid));
  } else {
    const detached = process.env.DETACHED === "1";
    spawn(process.execPath, ["-e", process.env.CODE, "child"], { stdio: "inherit", detached });
    fs.writeFileSync("parent.pid", String(process.pid));
  }
  if (process.env.DEAF) process.on("SIGTERM", () => {});
  setInterval(() => {}, 1000);
`;

describe("a command", () => {
  it("answers with its exit code and what it printed on both streams", async () => {
    const end = await run(node('console.log("out"); console.error("err"); process.exitCode = 3'));
    expect(end).toMatchObject({ exitCode: 3, signal: null, notStarted: null });
    expect(end.tail.sort()).toEqual(["err", "out"]);
  });

  it("is a program with arguments, which no shell reads", async () => {
    const end = await run([
      process.execPath,
      "-p",
      "process.argv.slice(1).join()",
      "--",
      "$HOME",
      "a  b",
      ";false",
      "*",
    ]);
    expect(end).toMatchObject({ exitCode: 0, tail: ["$HOME,a  b,;false,*"] });
  });

  it("is run by a shell when it is written as a line", async () => {
    expect(await run("echo one && exit 4")).toMatchObject({ exitCode: 4, tail: ["one"] });
  });

  it("finds its input empty", async () => {
    const code = 'process.stdin.on("end", () => console.log("ended")).resume()';
    expect(await run(node(code))).toMatchObject({ exitCode: 0, tail: ["ended"] });
  });

  it("gets the given environment, and nothing of ours", async () => {
    process.env.BATON_TEST_LEAK = "1";
    try {
      const end = await run(node("console.log(process.env.BATON_TEST_LEAK, process.env.MINE)"), {
        env: { MINE: "yes" },
      });
      expect(end.tail).toEqual(["undefined yes"]);
    } finally {
      delete process.env.BATON_TEST_LEAK;
    }
  });

  it("finds programs that are installed in the project", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "node_modules/.bin"), { recursive: true });
    writeFileSync(join(cwd, "node_modules/.bin/own-tool"), "#!/bin/sh\necho own\n");
    chmodSync(join(cwd, "node_modules/.bin/own-tool"), 0o755);
    expect(await run(["own-tool"], { cwd })).toMatchObject({ exitCode: 0, tail: ["own"] });
    expect(await run(["node_modules/.bin/own-tool"], { cwd })).toMatchObject({ tail: ["own"] });
  });

  it("that does not exist says so, and has no exit code", async () => {
    expect(await run(["no-such-program-here"])).toMatchObject({
      exitCode: null,
      notStarted: expect.stringContaining("no-such-program-here"),
    });
  });

  it("that a signal ends says which", async () => {
    expect(await run(node('process.kill(process.pid, "SIGSEGV")'))).toMatchObject({
      exitCode: null,
      signal: "SIGSEGV",
    });
  });
});

describe("a command that is stopped", () => {
  it.each([
    ["", { DEAF: "", DETACHED: "" }],
    [", even where they do not listen", { DEAF: "1", DETACHED: "" }],
    [", even in groups of their own", { DEAF: "", DETACHED: "1" }],
    [", even in groups of their own where they do not listen", { DEAF: "1", DETACHED: "1" }],
  ])("ends with all that it has started%s", async (_, env) => {
    const cwd = temporaryFolder();
    const stop = new AbortController();
    const running = run(node(FAMILY), { cwd, signal: stop.signal, env: { CODE: FAMILY, ...env } });
    const pids = [
      Number(await written(join(cwd, "parent.pid"))),
      Number(await written(join(cwd, "child.pid"))),
    ];
    stop.abort();
    const end = await running;
    expect(end.exitCode).toBeNull();
    expect(end.signal).toBe(env.DEAF === "" ? "SIGTERM" : "SIGKILL");
    expect(await Promise.all(pids.map(gone))).toEqual([true, true]);
  });

  // A process that starts another in a session of its own and ends: nothing but its environment says who started it.
  const DAEMON = `
    const { spawn } = require("node:child_process");
    const { writeFileSync } = require("node:fs");
    const detached = { detached: true, stdio: "ignore" };
    if (process.argv[1] === "between") {
      writeFileSync("daemon.pid", String(spawn("sleep", ["1000"], detached).pid));
      process.exit(0);
    }
    spawn(process.execPath, ["-e", process.env.CODE, "between"], detached)
      .on("exit", () => writeFileSync("ready", "yes"));
    if (process.env.DEAF) process.on("SIGTERM", () => {});
    setInterval(() => {}, 1000);
  `;

  it.each([
    ["", { DEAF: "" }],
    [", also where the command does not listen", { DEAF: "1" }],
    [", also inside another run of Baton", { DEAF: "", BATON_RUN: "another-run" }],
  ])("ends with the daemons that have left it%s", async (_, env) => {
    const cwd = temporaryFolder();
    const stop = new AbortController();
    const running = run(node(DAEMON), { cwd, signal: stop.signal, env: { CODE: DAEMON, ...env } });
    await written(join(cwd, "ready"));
    const daemon = Number(await written(join(cwd, "daemon.pid")));
    stop.abort();
    await running;
    expect(await gone(daemon)).toBe(true);
  });

  it("is not started when it is too late already", async () => {
    const cwd = temporaryFolder();
    await expect(
      run("touch started", { cwd, signal: AbortSignal.abort(new Error("too late")) }),
    ).rejects.toThrow("too late");
    expect(existsSync(join(cwd, "started"))).toBe(false);
  });
});

describe("what a command leaves running", () => {
  it("is ended with it, and does not hold it up", async () => {
    const cwd = temporaryFolder();
    const end = await run("sleep 1000 & echo $! > pid; echo done", { cwd });
    expect(end).toMatchObject({ exitCode: 0, tail: ["done"] });
    expect(await gone(Number(readFileSync(join(cwd, "pid"), "utf8")))).toBe(true);
  });

  it("does not hold it up either from a group of its own, with the output still open", async () => {
    const cwd = temporaryFolder();
    const end = await run(
      node(`
        const child = require("node:child_process").spawn("sleep", ["1000"], { detached: true, stdio: "inherit" });
        require("node:fs").writeFileSync("pid", String(child.pid));
        console.log("done");
        process.exit(0);
      `),
      { cwd },
    );
    process.kill(Number(readFileSync(join(cwd, "pid"), "utf8")), "SIGKILL");
    expect(end).toMatchObject({ exitCode: 0, tail: ["done"] });
  });
});
