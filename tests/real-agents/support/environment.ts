import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

/** All that a program in a scratch home sees of the machine. A proxy that leads nowhere stops what looks past loopback. */
export async function environment(home: string): Promise<Record<string, string>> {
  const folders = {
    TMPDIR: join(home, "tmp"),
    XDG_CACHE_HOME: join(home, ".cache"),
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_DATA_HOME: join(home, ".local", "share"),
    XDG_RUNTIME_DIR: join(home, "run"),
    XDG_STATE_HOME: join(home, ".local", "state"),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  const nowhere = "http://127.0.0.1:9";
  return {
    ...folders,
    HOME: home,
    PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    SHELL: "/bin/sh",
    USER: "dev",
    LANG: "C.UTF-8",
    TERM: "dumb",
    CI: "1",
    NO_COLOR: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost",
  };
}
