import { unknownFormOf } from "../unknown-form.ts";

export const unknownFile = unknownFormOf("codex", "Codex");
