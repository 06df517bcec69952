import { readTextSync } from "../../base/files.ts";
import { type JsonObject, objectOf, stringOf, timeOf } from "../../base/json.ts";

/** What `workspace.yaml` says about a session. Null where it says nothing. */
export interface Workspace {
  cwd: string | null;
  branch: string | null;
  titles: { custom: string | null; generated: string | null; summary: string | null };
  createdAt: string | null;
  updatedAt: string | null;
}

export const NO_WORKSPACE: Workspace = {
  cwd: null,
  branch: null,
  titles: { custom: null, generated: null, summary: null },
  createdAt: null,
  updatedAt: null,
};

type ParseYaml = (text: string) => unknown;

/** Loaded when it is first needed. */
export async function yamlParser(): Promise<ParseYaml> {
  const { default: yaml } = await import("yaml");
  return (text) => yaml.parse(text, { logLevel: "error" });
}

/** A file that is not there, or torn, says nothing. */
export function readWorkspace(path: string | null, parse: ParseYaml): Workspace {
  const text = path === null ? null : readTextSync(path);
  if (text === null) return NO_WORKSPACE;
  const { cwd, branch, name, user_named, summary, created_at, updated_at } = parsed(text, parse);
  const title = stringOf(name);
  return {
    cwd: stringOf(cwd),
    branch: stringOf(branch),
    titles: {
      custom: user_named === true ? title : null,
      generated: user_named === true ? null : title,
      summary: stringOf(summary),
    },
    createdAt: timeOf(created_at),
    updatedAt: timeOf(updated_at),
  };
}

function parsed(text: string, parse: ParseYaml): JsonObject {
  try {
    return objectOf(parse(text));
  } catch (error) {
    if (error instanceof Error && error.name === "YAMLParseError") return {};
    throw error;
  }
}
