import { join } from "node:path";
import { EXIT, UserError } from "../../base/errors.ts";
import { readTextIfExists } from "../../base/files.ts";
import { arrayOf, objectOf, parseJson, stringOf } from "../../base/json.ts";
import type { StoreEnvironment } from "../adapter.ts";
import { noCommand, type RunOpenCode } from "./command.ts";

export interface Model {
  providerID: string;
  modelID: string;
}

/**
 * The model that the client itself would take for a new session in `folder`: what the person's settings name, else what
 * they used last, else the first that it has. A session that names one that it does not have cannot be resumed.
 */
export async function ownModel(run: RunOpenCode, store: StoreEnvironment, folder: string): Promise<Model> {
  const settings = await run(store, folder, ["debug", "config"]);
  if (settings === null) throw noCommand();
  const named = modelIn(objectOf(parseJson(settings.stdout)).model) ?? (await lastModel(store));
  if (named !== null) return named;
  const models = await run(store, folder, ["models"]);
  const first = modelIn(models?.stdout.split("\n", 1)[0]?.trim());
  if (first !== null) return first;
  throw new UserError(
    "OpenCode has no model that the conversation could go on with.",
    "Add one: opencode auth login",
    EXIT.failed,
  );
}

/** From `provider/model`, where the model's own name may have slashes in it; null for anything else. */
export function modelIn(value: unknown): Model | null {
  const [, providerID, modelID] = /^([^/\s]+)\/(\S+)$/.exec(stringOf(value) ?? "") ?? [];
  return providerID === undefined || modelID === undefined ? null : { providerID, modelID };
}

// The screen remembers what was chosen on it.
async function lastModel({ home, env }: StoreEnvironment): Promise<Model | null> {
  const folder = env.XDG_STATE_HOME || join(home, ".local", "state");
  const text = await readTextIfExists(join(folder, "opencode", "model.json"));
  const [last] = arrayOf(objectOf(parseJson(text ?? "")).recent).map(objectOf);
  const providerID = stringOf(last?.providerID);
  const modelID = stringOf(last?.modelID);
  return providerID === null || modelID === null ? null : { providerID, modelID };
}
