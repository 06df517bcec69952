import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./repo.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));
const RECORDED = "/home/dev/repo";

/** A home folder with the sessions that the real client of `agent` wrote, as if it had worked in `root`. Text stores only. */
export function homeWithSessions(agent: "claude" | "codex" | "copilot" | "gemini", root: string): string {
  const home = temporaryFolder();
  const versions = readdirSync(join(FIXTURES, agent)).filter((name) => /^\d/.test(name));
  cpSync(join(FIXTURES, agent, versions[0] ?? "", "home"), home, { recursive: true });
  // In the fixtures the repository has one place; in a test it has another, and Claude names folders by it.
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) writeFileSync(path, readFileSync(path, "utf8").replaceAll(RECORDED, root));
  }
  const projects = join(home, ".claude", "projects");
  if (agent === "claude") renameSync(join(projects, keyOf(RECORDED)), join(projects, keyOf(root)));
  return home;
}

function keyOf(path: string): string {
  return path.replace(/[^A-Za-z0-9]/g, "-");
}
