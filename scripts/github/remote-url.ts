/** Where a git remote points: `host` in lower case, with its port only for http(s), and the two parts of the path. */
export interface RemotePlace {
  host: string;
  owner: string;
  name: string;
  /** True when the host may be an alias from the person's ssh configuration. */
  ssh: boolean;
}

const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;
// git's own rule (git-clone, "GIT URLS"): a colon before the first slash makes it host:path.
const SCP_LIKE = /^(?:[^@/:]+@)?([^/:@[\]]+):(?!\/\/)(.+)$/;

/** Reads a remote's URL in any form that git takes. Null when it is a local path or has no `owner/name`. */
export function remotePlace(url: string): RemotePlace | null {
  const trimmed = url.trim();
  if (trimmed.length > 2000) return null;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return fromUrl(trimmed);
  const [, host, path] = SCP_LIKE.exec(trimmed) ?? [];
  // A single letter is a Windows drive.
  if (host === undefined || path === undefined || host.length === 1) return null;
  return place(host, path, true);
}

function fromUrl(text: string): RemotePlace | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const web = url.protocol === "https:" || url.protocol === "http:";
  const ssh = ["ssh:", "git+ssh:", "ssh+git:"].includes(url.protocol);
  if (!web && !ssh && url.protocol !== "git:") return null;
  // A port of ssh or git says nothing about the web server.
  return place(web ? url.host : url.hostname, url.pathname, ssh);
}

function place(host: string, path: string, ssh: boolean): RemotePlace | null {
  const parts = path
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/i, "")
    .split("/");
  const [owner, name] = parts;
  if (parts.length !== 2 || owner === undefined || name === undefined) return null;
  return host !== "" && OWNER.test(owner) && NAME.test(name)
    ? { host: host.toLowerCase(), owner, name, ssh }
    : null;
}
