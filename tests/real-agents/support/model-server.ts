import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { anthropic } from "./dialects/anthropic.ts";
import { chat } from "./dialects/chat.ts";
import { type Dialect, type HttpReply, json } from "./dialects/dialect.ts";
import { gemini } from "./dialects/gemini.ts";
import { responses } from "./dialects/responses.ts";
import type { ModelRequest, SayTurn, Script } from "./script.ts";

const DIALECTS: readonly Dialect[] = [anthropic, responses, chat, gemini];

export interface ModelServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  /** Every model request so far, in the order of arrival. */
  requests: ModelRequest[];
  /** How many of the script's turns have not been played. */
  unplayed(): number;
  /** How many requests came that the script has no turn for. */
  unscripted(): number;
}

/**
 * A model on loopback that plays a script, whatever dialect it is asked in.
 * `onHang` is called when the script comes to a turn that is never answered.
 */
export async function startModelServer(script: Script, onHang: () => void): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const queues = { turn: [...script.turns], helper: [...script.helper] };
  let limited = false;
  let unscripted = 0;

  function answer(dialect: Dialect, path: string, body: unknown): HttpReply | "hang" {
    const request = { path, body };
    if (!dialect.offersTools(body)) {
      requests.push({ ...request, kind: "aside" });
      return dialect.say({ kind: "say", text: script.aside }, request);
    }
    const kind = script.helper.length > 0 && !JSON.stringify(body).includes(script.ask) ? "helper" : "turn";
    requests.push({ ...request, kind });
    const [turn] = queues[kind];
    if (turn === undefined) {
      unscripted += 1;
      return dialect.say(OVER, request);
    }
    if (turn.kind === "hang") return "hang";
    if (turn.kind === "rate-limit") {
      if (limited) return "hang";
      limited = true;
      return { ...dialect.rateLimit(turn.message), headers: script.limitHeaders };
    }
    queues[kind].shift();
    return dialect.say(turn, request);
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const dialect = DIALECTS.find((known) => known.path.test(path));
    if (dialect === undefined) return send(response, aside(path));
    const reply = answer(dialect, path, await readBody(request));
    if (reply === "hang") onHang();
    else send(response, reply);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    unplayed: () => [...queues.turn, ...queues.helper].filter(({ kind }) => kind === "say").length,
    unscripted: () => unscripted,
  };
}

const OVER: SayTurn = { kind: "say", text: "The test has scripted no further turn." };

async function readBody(request: IncomingMessage): Promise<unknown> {
  return JSON.parse((await text(request)) || "null");
}

function send(response: ServerResponse, reply: HttpReply): void {
  response.writeHead(reply.status, { "content-type": reply.type, ...reply.headers }).end(reply.text);
}

// What the clients ask for besides the model itself.
function aside(path: string): HttpReply {
  if (path.endsWith("/count_tokens")) return json({ input_tokens: 1000 });
  if (path.endsWith(":countTokens")) return json({ totalTokens: 1000 });
  return json({ error: { message: `no such route: ${path}` } }, 404);
}
