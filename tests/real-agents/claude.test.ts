import { saveTests } from "./save-tests.ts";

saveTests("claude");
