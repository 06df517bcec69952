import { join } from "node:path";

/** The root of this package's sources. */
export const PACKAGE = join(import.meta.dirname, "..", "..");
