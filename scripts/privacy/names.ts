/**
 * What a name tells about its value. `password`: people make them up, so even short ones count (`SESSION_SECRET`
 * too). `secret`: a program made it (`API_KEY`, `authToken`). `key`: it may well be something else (`key`, `auth`, `salt`).
 */
export type NameStrength = "password" | "secret" | "key";

const PASSWORD = /(?:passw(?:or)?d|passwort|passphrase|passcode|pwd)s?$/;
/** Words that mean a password only at the end of a name. */
const PASS = /^(?:secret|pass|psw|psk|pw|(?:db|user|root|admin|my|store|key)pass)$/;
const SECRET = /(?:secret|token|credential|apikey)s?$|^(?:creds|jwt|bearer|authorization)$/;
/** Two words, or one made of two: `api key`, `apikey`. Others have keys that are not secret: `cache key`. */
const SECRET_KEY = new RegExp(
  `^(?:${[
    "api|app|access|private|secret|auth|client|signing|signature|encryption|decryption|crypto|cipher|master|account",
    "shared|service|storage|license|deploy|admin|root|user|server|hmac|jwt|webhook|aes|rsa|ssh|ssl|tls|host|write|recovery|subscription",
    // For whom it is says the same.
    "aws|gcp|azure|google|firebase|maps|github|gitlab|slack|discord|telegram|stripe|paypal|plaid|shopify|heroku|vercel|netlify",
    "cloudflare|fastly|datadog|sentry|bugsnag|rollbar|segment|mixpanel|amplitude|algolia|pusher|twilio|sendgrid|mailgun",
    "mailchimp|postmark|resend|hubspot|intercom|zendesk|okta|snyk|openai|anthropic|claude|gemini|groq|mistral|cohere|deepseek",
    "perplexity|openrouter|replicate|huggingface|pinecone|supabase|notion|airtable|trello|linear|figma|dropbox|mapbox",
  ].join("|")})keys?$`,
);
const KEY = /^(?:keys?|auth|access|api|sig|signature|cookies?|seed|salt|nonce|dsn|webhook|mnemonic)$/;

/** Such a value is open to everybody, or stands for another one. */
const OPEN = wordSet("public pub publishable csrf xsrf primary foreign partition sort");

/** A key to find something by. */
const LOOKUP = wordSet(
  "recv cache idempotency lookup dedupe translation i18n message query route react item entry",
);

/** Ends a name that is about a secret and does not hold it: `token_type`, `passwordField`, `SECRET_NAME`. */
const ABOUT = wordSet(`
  id ids name names username user users email login url urls uri uris endpoint host hostname port domain path paths
  file files filename dir directory folder bucket region zone namespace resource arn ref refs reference references
  type types kind class mode format encoding schema algorithm alg algo cipher version versions size sizes length len
  count counts index limit max min budget usage number num width bits bytes iterations rounds cost
  field fields label labels title text placeholder hint description desc message messages error errors warning
  prefix suffix pattern regex header headers param params parameter parameters arg args env var variable variables
  expiry expires expiration expired ttl timeout age created updated at time date on since until
  policy policies rotation manager store provider service services source issuer audience scope scopes role group owner
  status state enabled disabled required optional valid invalid validator validation verified check checksum digest hash
  hashes fingerprint thumbprint selector column table row page view form button component props input output handler
  callback listener event request response template map list set array object string bool boolean int float enum
  interface struct func function method property properties getter setter factory builder parser reader writer
  json yaml yml xml html css md txt ts tsx js jsx mjs cjs py go rb rs java kt swift php sh lock map spec test tests
  plugin module package import export config configuration settings options
`);
// `mySecretString` holds one all the same.
ABOUT.delete("string");

function wordSet(words: string): Set<string> {
  return new Set(words.split(/\s+/));
}

/** The words of an identifier, in lower case: `AWS_SECRET_KEY`, `awsSecretKey` and `aws-secret-key` have the same. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");
}

const known = new Map<string, NameStrength | null>();
const MAX_KNOWN = 4096;

/** How much a name speaks for its value being secret; null when it does not, or speaks against it. */
export function nameStrength(name: string): NameStrength | null {
  let strength = known.get(name);
  if (strength === undefined) {
    if (known.size >= MAX_KNOWN) known.clear();
    strength = judge(wordsOf(name));
    known.set(name, strength);
  }
  return strength;
}

function judge(words: readonly string[]): NameStrength | null {
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last) || words.some((word) => OPEN.has(word))) return null;
  if (PASS.test(last) || words.some((word) => PASSWORD.test(word))) return "password";
  const isSecret = (word: string, i: number) =>
    SECRET.test(word) || SECRET_KEY.test(word) || SECRET_KEY.test(word + (words[i + 1] ?? ""));
  if (words.some(isSecret)) return "secret";
  return KEY.test(last) && !words.some((word) => LOOKUP.has(word)) ? "key" : null;
}
