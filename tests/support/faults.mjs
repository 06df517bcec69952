// Loaded before a program (`node --import`): the FAULT_AT-th change that it makes to files below FAULT_ROOT goes wrong.
// With FAULT=kill the process is gone at that moment; with FAULT=full the disk is full from then on. With FAULT=copy all
// goes well, and FAULT_COPIES/<n> becomes what a kill at the n-th change would leave of the folder FAULT_HOME.
import { appendFileSync, cpSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join, sep } from "node:path";

const { FAULT, FAULT_AT, FAULT_ROOT, FAULT_LOG, FAULT_HOME, FAULT_COPIES } = process.env;
let changes = 0;

/** Calls `half` before it goes wrong, so that a part of the change is there. */
async function fault(path, what, half) {
  if (!String(path).startsWith(FAULT_ROOT + sep)) return;
  changes += 1;
  if (FAULT === "copy") {
    appendFileSync(FAULT_LOG, `${what} ${path}\n`);
    await half?.();
    cpSync(FAULT_HOME, join(FAULT_COPIES, String(changes)), { recursive: true, preserveTimestamps: true });
    return;
  }
  if (changes < Number(FAULT_AT)) return;
  if (changes === Number(FAULT_AT)) appendFileSync(FAULT_LOG, `${what} ${path}\n`);
  await half?.();
  if (FAULT === "kill") process.kill(process.pid, "SIGKILL");
  throw Object.assign(new Error(`ENOSPC: no space left on device, ${what} '${path}'`), { code: "ENOSPC" });
}

function changing(what, change) {
  return async (path, ...rest) => {
    await fault(path, what);
    return change(path, ...rest);
  };
}

const { copyFile, link, mkdir, open, rename, unlink, rm, rmdir, writeFile } = fs;
fs.mkdir = changing("mkdir", mkdir);
fs.rename = changing("rename", rename);
fs.link = async (from, to) => {
  await fault(to, "link");
  return link(from, to);
};
fs.copyFile = async (from, to, ...rest) => {
  await fault(to, "copy");
  return copyFile(from, to, ...rest);
};
fs.writeFile = async (path, data, ...rest) => {
  await fault(path, "write", () => writeFile(path, data.slice(0, Math.floor(data.length / 2)), ...rest));
  return writeFile(path, data, ...rest);
};
fs.open = async (path, flags, ...rest) => {
  // 0 and "r" only read.
  const isWriting = flags !== undefined && flags !== 0 && flags !== "r";
  if (isWriting) await fault(path, "open");
  const file = await open(path, flags, ...rest);
  const { writeFile, sync } = file;
  file.writeFile = async (data) => {
    let written = 0;
    await fault(path, "write", async () => {
      written = Math.floor(data.length / 2);
      await writeFile.call(file, data.slice(0, written));
    });
    return writeFile.call(file, data.slice(written));
  };
  file.sync = async () => {
    if (isWriting) await fault(path, "sync");
    return sync.call(file);
  };
  return file;
};
if (FAULT !== "full") {
  // Nothing of this needs space.
  fs.unlink = changing("unlink", unlink);
  fs.rmdir = changing("rmdir", rmdir);
  fs.rm = changing("rm", rm);
}
syncBuiltinESMExports();
