/**
 * What a name tells about its value. `password`: people make them up, so even short ones count.
 * `secret`: a program made it (`API_KEY`, `auth_token`). `key`: it may well be anything (`key`, `auth`, `api`).
 */
export type NameStrength = "password" | "secret" | "key";

const PASSWORD =
  /^(?:.{0,40}(?:passw(?:or)?d|passwort|passphrase|passcode)s?|pass|pwd|psw|pw|dbpass|userpass|.{0,20}pwd)$/;
const SECRET = /^(?:.{0,40}(?:secret|token|credential)s?|creds|jwt|bearer|authorization|.{0,20}apikey)$/;
const KEY =
  /^(?:key|keys|auth|access|api|sig|signature|session|sessionid|sid|cookie|seed|mnemonic|salt|dsn|pin)$/;
const COMPOUND_KEY =
  /^(?:api|app|access|private|secret|auth|client|signing|signature|encryption|decryption|master|account|shared|service|storage|session|license|deploy|admin|root|user|hmac|jwt|webhook|aes|rsa|ssh|host)keys?$/;
/** Words that make a following `key` a secret one. */
const KEY_OWNER = COMPOUND_KEY;

/** A name that says that its value is open, or something else than the secret itself. */
const OPEN = new Set(
  "public pub publishable csrf xsrf primary foreign partition sort example sample".split(" "),
);
const ABOUT = new Set(
  (
    "id ids name names url urls uri uris path paths file files filename dir directory folder type types size length len count counts " +
    "index version versions algorithm alg format field fields label title text placeholder hint description desc message " +
    "error errors prefix suffix pattern regex schema header headers param parameter env var variable expiry expires expiration " +
    "expired ttl timeout created updated at time date age policy rotation manager store provider service endpoint host hostname " +
    "port issuer audience scope scopes status state enabled disabled required valid validator checksum digest fingerprint " +
    "thumbprint arn ref reference selector mode kind class source usage limit max min budget number num column table row " +
    "domain region location locations zone namespace group role owner email username user login input output form page view " +
    "button component props handler callback listener event request response template json yaml yml xml md ts js tsx jsx py go rb rs java " +
    "map list set array object string? bool boolean int integer float double char enum interface struct"
  )
    .replace("string? ", "")
    .split(" "),
);

/** The words of an identifier, in lower case: `AWS_SECRET_KEY`, `awsSecretKey` and `aws-secret-key` have the same. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "" && !/^\d+$/.test(word));
}

/** How much a name speaks for its value being secret; null when it does not, or speaks against it. */
export function nameStrength(name: string): NameStrength | null {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last) || words.some((word) => OPEN.has(word))) return null;
  if (words.some((word) => PASSWORD.test(word))) return "password";
  if (words.some((word, i) => SECRET.test(word) || COMPOUND_KEY.test(word) || isOwnedKey(words, i)))
    return "secret";
  return words.some((word) => KEY.test(word)) ? "key" : null;
}

function isOwnedKey(words: readonly string[], index: number): boolean {
  return KEY_OWNER.test(`${words[index]}${words[index + 1] ?? ""}`);
}
