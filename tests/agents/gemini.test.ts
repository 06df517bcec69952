import { describe } from "vitest";
import { geminiReader } from "../../scripts/agents/gemini/reader.ts";
import { readerContract } from "./contract.ts";

describe("the reader of Gemini CLI", () => readerContract("gemini", geminiReader));
