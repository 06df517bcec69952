import { describe } from "vitest";
import { openCodeReader } from "../../scripts/agents/opencode/reader.ts";
import { readerContract } from "./contract.ts";

describe("the reader of OpenCode", () => readerContract("opencode", openCodeReader()));
