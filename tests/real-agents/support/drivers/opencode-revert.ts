/** Takes the last turn of an OpenCode session back, through OpenCode's own server: `opencode-revert.ts <program> <id>`. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { at, textAt } from "../json.ts";

const [, , program = "", id = ""] = process.argv;
const server = spawn(program, ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const url = await new Promise<string>((resolve) => {
  createInterface(server.stdout).on("line", (line) => {
    const said = /http:\/\/\S+/.exec(line)?.[0];
    if (said !== undefined) resolve(said);
  });
});

const messages = await answer(await fetch(`${url}/session/${id}/message`));
if (!Array.isArray(messages)) throw new Error(`no messages: ${JSON.stringify(messages)}`);
const last = messages.findLast((message) => at(message, "info", "role") === "user");
await answer(
  await fetch(`${url}/session/${id}/revert`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messageID: textAt(last, "info", "id") }),
  }),
);
server.kill();

async function answer(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response.json();
}
