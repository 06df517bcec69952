import { describe } from "vitest";
import { copilotReader } from "../../scripts/agents/copilot/reader.ts";
import { readerContract } from "./contract.ts";

describe("the reader of Copilot CLI", () => readerContract("copilot", copilotReader));
