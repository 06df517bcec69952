import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface HostileServer {
  url: string;
  /** What has arrived since the last `behave`. */
  seen: { method: string; path: string; headers: IncomingMessage["headers"] }[];
  /** From now on every request gets this. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** A server on loopback that answers in whatever way a test wants, and that a test can take away. */
export async function hostileServer(behaviour: Behaviour): Promise<HostileServer> {
  let current = behaviour;
  let seen: HostileServer["seen"] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    // A client that hangs up in the middle of an answer is what many of these tests are about.
    response.on("error", () => {});
    current(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => close(server));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    get seen() {
      return seen;
    },
    behave(next) {
      current = next;
      seen = [];
    },
    close: () => close(server),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Answers with JSON, as GitHub does: with an ETag, and with 304 to whoever has that one already. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour {
  const text = JSON.stringify(body);
  const etag = `"${Buffer.from(text).toString("base64url").slice(-40)}-${text.length}"`;
  return (request, response) => {
    if (status === 200 && request.headers["if-none-match"] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", etag, ...headers });
    response.end(text);
  };
}

/** The first rule whose text the path contains decides; anything else is not found. */
export function routes(rules: readonly (readonly [part: string, behaviour: Behaviour])[]): Behaviour {
  return (request, response) => {
    const rule = rules.find(([part]) => request.url?.includes(part));
    (rule?.[1] ?? json({ message: "Not Found" }, 404))(request, response);
  };
}

const sha = "a".repeat(40);
const issue = (number: number, title: string) => ({ number, title, state: "open", body: "a long text" });

/** A well-behaved GitHub with the repository me/x: issue 42, a draft with a failed check, and an assigned issue 7. */
export const good: Behaviour = routes([
  ["/user", json({ login: "me", type: "User" })],
  ["/check-runs", json({ total_count: 1, check_runs: [{ status: "completed", conclusion: "failure" }] })],
  ["/status", json({ state: "pending", total_count: 0 })],
  ["/reviews", json([{ user: { login: "you" }, state: "APPROVED" }])],
  ["/issues/42", json(issue(42, "The brief is too long"))],
  ["/issues?", json([issue(7, "Assigned to me"), { ...issue(8, "A pull request"), pull_request: {} }])],
  [
    "/pulls?",
    json([
      {
        number: 9,
        title: "Cut it",
        state: "open",
        draft: true,
        head: { ref: "feat/42-x", sha },
        merged_at: null,
      },
    ]),
  ],
]);

const brokenOff: Behaviour = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100000" });
  response.write('[{"number": 1, "ti');
  setImmediate(() => response.destroy());
};

const fiftyMegabytes: Behaviour = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const block = Buffer.alloc(1024 * 1024, "[");
  let left = 50;
  const next = (): void => {
    if (left-- === 0 || response.destroyed) response.end();
    else if (response.write(block)) setImmediate(next);
    else response.once("drain", next);
  };
  next();
};

const raw =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(status, { "content-type": type, ...headers }).end(body);
  };

export const hang: Behaviour = () => {};

export const hangInTheMiddle: Behaviour = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write("[");
};

const inTenMinutes = String(Math.floor(Date.parse("2026-01-05T12:40:00Z") / 1000));

/** Each way to misbehave, with the outcome and the words that a person should get for it. */
export const MISBEHAVIOURS: readonly [name: string, behaviour: Behaviour, outcome: string, words: RegExp][] =
  [
    ["breaks off in the middle", brokenOff, "bad_answer", /broke off/],
    ["ends its JSON too early", raw(200, "application/json", '{"login": "m'), "bad_answer", /is not JSON/],
    ["answers 500", json({ message: "Server Error" }, 500), "server_error", /trouble of its own \(500\)/],
    ["answers 502 with HTML", raw(502, "text/html", "<h1>Bad gateway</h1>"), "server_error", /\(502\)/],
    [
      "redirects in a circle",
      (request, response) => response.writeHead(302, { location: request.url ?? "/" }).end(),
      "bad_answer",
      /round in a circle/,
    ],
    [
      "redirects to nowhere",
      raw(301, "text/plain", "", { location: "http://[" }),
      "bad_answer",
      /leads nowhere/,
    ],
    ["answers rubbish", raw(200, "application/json", "\u0000\u001b[31m}{"), "bad_answer", /is not JSON/],
    [
      "answers with a login page",
      raw(200, "text/html", "<html>Welcome to Hotel WiFi"),
      "bad_answer",
      /is not JSON/,
    ],
    ["has a broken content type", raw(200, ";;=/;", "{}"), "bad_answer", /not what its API/],
    ["answers with nothing", raw(204, "text/plain", ""), "bad_answer", /is not JSON/],
    ["says 304 to a first question", raw(304, "text/plain", ""), "bad_answer", /unexpected \(304\)/],
    ["answers 50 MB", fiftyMegabytes, "bad_answer", /too large/],
    [
      "answers JSON of great depth",
      raw(200, "application/json", "[".repeat(200_000)),
      "bad_answer",
      /is not JSON/,
    ],
    ["answers other types", json({ login: 42, total_count: "many" }), "bad_answer", /not what its API/],
    ["answers null", json(null), "bad_answer", /not what its API/],
    ["answers 401", json({ message: "Bad credentials" }, 401), "bad_token", /token from GH_TOKEN \(401\)/],
    [
      "limits the rate",
      json({ message: "API rate limit exceeded" }, 403, {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": inTenMinutes,
      }),
      "rate_limited",
      /until 2026-01-05T12:40:00Z \(in 10 minutes\)/,
    ],
    [
      "limits the rate without saying until when",
      json({ message: "You have exceeded a secondary rate limit." }, 403),
      "rate_limited",
      /rate limit is used up;/,
    ],
    ["answers 429", json({}, 429, { "retry-after": "3600" }), "rate_limited", /in 1 hour/],
    ["answers 404 to everything", json({ message: "Not Found" }, 404), "not_found", /knows no me\/x/],
    ["answers 403 to everything", json({ message: "Forbidden" }, 403), "forbidden", /use me\/x \(403\)/],
    [
      "wants single sign-on",
      json({ message: "Forbidden" }, 403, { "x-github-sso": "required; url=https://example.com" }),
      "forbidden",
      /single sign-on/,
    ],
    ["answers 418", json({ message: "teapot" }, 418), "bad_answer", /unexpected \(418\)/],
  ];
