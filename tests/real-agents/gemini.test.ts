import { saveTests } from "./save-tests.ts";

saveTests("gemini");
