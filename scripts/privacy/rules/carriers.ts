/** Headers, URLs, files and calls that carry a secret of any form. */

import { isPasswordInPlace, isSecretValue, UUID } from "../values.ts";
import { alnum, hex, leftOf, upper } from "./parts.ts";
import type { Rule } from "./rule.ts";

const TAB = "(?:\\t|\\\\{1,7}t)";
const QUOTES = "[\"'`\\\\]{0,8}";
// Anything but what ends a value in a header, a string or a command line.
const VALUE = "[^\\s\"'`\\\\,;<>(){}\\[\\]$]";

const isUserAndPassword = (base64: string) =>
  /^[ -~]{0,256}:[ -~]{3,}$/.test(atob(base64.slice(0, base64.length - (base64.length % 4))));

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export const CARRIERS: readonly Rule[] = [
  {
    name: "authorization",
    near: ["authorization"],
    pattern: `authorization(?![\\w.-])${QUOTES}[\\]),]?[ \\t]{0,8}(?::|=>?|,|\\bis\\b)?[ \\t]{0,8}${QUOTES}(?:(?:basic|bearer|token|apikey|api-key|digest|negotiate|ntlm|key|bot|sharedkey|aws4-hmac-sha256|splunk|genie[- ]?key|ssws|oauth|hawk|mac|pat|secret)[ =:]{1,4})?(?<secret>${VALUE}{8,4096})`,
    flags: "i",
    strength: "secret",
    hit: () => `authorization: bearer ${alnum(24)}`,
    miss: () => ["Authorization: Bearer $", "{TOKEN}"].join(""),
  },
  {
    name: "bearer-token",
    near: ["bearer"],
    pattern: `${leftOf("A-Za-z0-9")}bearer(?:[ \\t]|%20|\\+){1,4}(?<secret>${VALUE}{16,4096})`,
    flags: "i",
    strength: "secret",
    hit: () => `bearer ${alnum(24)}`,
    miss: () => "bearer authentication-required",
  },
  {
    name: "basic-auth",
    near: ["basic"],
    pattern: `${leftOf("A-Za-z0-9")}basic[ \\t]{1,4}(?<secret>[A-Za-z0-9+/]{12,1024}={0,2})(?![A-Za-z0-9+/=_-])`,
    flags: "i",
    check: isUserAndPassword,
    hit: () => `Basic ${btoa(`ann:${alnum(12)}`)}`,
    miss: () => "Basic authentication of users",
  },
  {
    name: "url-password",
    near: ["://"],
    pattern: `://(?:[^\\s:/"'\`<>\\\\]{0,256}):(?<secret>[^\\s@/"'\`<>\\\\]{1,512}(?:@[^\\s@/?#:;,"'\`<>\\\\]{1,64}){0,3})@(?=[A-Za-z0-9\\[\${%_-])`,
    check: isPasswordInPlace,
    hit: () => `https://ann:${alnum(12)}@git.test/a.git`,
    miss: () => ["https://ann:$", "{PASSWORD}@git.test/a.git"].join(""),
  },
  {
    // A token alone before the host, as git over HTTPS takes it.
    name: "url-password",
    near: ["://"],
    pattern: "://(?<secret>[A-Za-z0-9_.-]{12,256})(?::x-oauth-basic)?@(?=[A-Za-z0-9])",
    strength: "secret",
    hit: () => `https://${alnum(40)}@git.test/a.git`,
    miss: () => "https://git@git.test/a.git",
  },
  {
    name: "url-signature",
    near: ["signature=", "sig=", "x-amz-security-token=", "x-goog-signature="],
    pattern:
      "(?<=[?&;]|, ?|\\\\u0026|x-amz-|x-goog-|x-oss-)(?:signature|sig|x-amz-security-token|x-goog-signature)=(?<secret>[A-Za-z0-9%+/_=~.-]{16,4096})",
    flags: "i",
    hit: () => `https://s3.test/a?X-Amz-Expires=60&X-Amz-Signature=${hex(64)}`,
    miss: () => "https://s3.test/a?signature=none",
  },
  {
    name: "cookie",
    near: ["cookie"],
    pattern: `(?:set-)?cookie${QUOTES}[ \\t]{0,8}[:=,][ \\t]{0,8}${QUOTES}(?<secret>[\\w.%-]{1,64}=[^\\r\\n"'\`\\\\]{8,4096})`,
    flags: "i",
    check: (text) =>
      text.split(/;\s*/).some((pair) => isSecretValue(pair.slice(pair.indexOf("=") + 1), "secret")),
    hit: () => `Cookie: sid=${alnum(24)}; theme=dark`,
    miss: () => "cookie: none",
  },
  {
    name: "session-cookie",
    near: [
      "session",
      "phpsessid",
      "jsessionid",
      "aspsessionid",
      "connect.sid",
      "laravel_session",
      "_session",
      "sess_id",
    ],
    pattern: `(?<!-)(?:phpsessid|jsessionid|aspsessionid[a-z]{0,8}|connect\\.sid|(?:laravel)?_?session(?:id|[._-]?token)?|sess_id)=(?!ses_)(?<secret>[A-Za-z0-9%+/_=.:-]{16,4096})`,
    flags: "i",
    check: (text) => !UUID.test(text) && !ULID.test(text) && isSecretValue(text, "secret"),
    hit: () => `session=${alnum(32)}`,
    miss: () => `opencode --session=ses_${alnum(26)}`,
  },
  {
    name: "password",
    near: ["identified by", "convertto-securestring", "identified with"],
    pattern:
      "(?:identified (?:with \\w{1,40} )?by(?: password)?|convertto-securestring(?: -string)?)[ \\t]{1,4}[\"'](?<secret>[^\"'\\r\\n]{6,128})[\"']",
    flags: "i",
    strength: "password",
    hit: () => `CREATE USER ann IDENTIFIED BY '${alnum(10)}';`,
    miss: () => "identified by 'number'",
  },
  {
    name: "netrc-password",
    near: ["machine", "default login"],
    pattern:
      "(?:machine\\s{1,4}\\S{1,200}|default)\\s{1,8}login\\s{1,4}\\S{1,200}\\s{1,8}password\\s{1,4}(?<secret>[^\\s\"'\\\\]{4,256})",
    strength: "password",
    hit: () => `machine git.test login ann password ${alnum(10)}`,
    miss: () => "machine learning login page password reset",
  },
  {
    name: "sentry-dsn",
    near: ["ingest."],
    reach: 64,
    pattern: "://(?<secret>[0-9a-f]{32}(?::[0-9a-f]{32})?)@[a-z0-9.]{1,40}ingest\\.",
    hit: () => `https://${hex(32)}@o1.ingest.sentry.io/2`,
    miss: () => `https://${hex(8)}@o1.ingest.sentry.io/2`,
  },
  {
    name: "recovery-phrase",
    near: ["mnemonic", "seed phrase", "recovery phrase"],
    pattern: `(?:mnemonic|(?:seed|recovery)[ _-]phrase)${QUOTES}\\s{0,4}(?:is|[:=])\\s{0,4}${QUOTES}(?<secret>(?:[a-z]{3,8} ){11}[a-z]{3,8}(?:(?: [a-z]{3,8}){3,12})?)`,
    flags: "i",
    hit: () =>
      `mnemonic: "${Array.from({ length: 12 }, (_, i) => ["river", "ahead", "lamp"][i % 3]).join(" ")}"`,
    miss: () => "mnemonic: a word that helps to remember",
  },
  {
    name: "license-key",
    near: ["license", "licence", "serial"],
    pattern: `(?:licen[sc]e|serial)[ _-]?(?:key|code|number)${QUOTES}\\s{0,4}[:=]\\s{0,4}${QUOTES}(?<secret>[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3,5})`,
    flags: "i",
    hit: () => `license key: ${[5, 6, 7, 8].map((n) => upper(n).slice(0, 5)).join("-")}`,
    miss: () => "license key: none",
  },
  {
    name: "url-password",
    near: [":thin:"],
    pattern: ":thin:[\\w.-]{1,64}/(?<secret>[^\\s@/\"'`\\\\]{3,128})@",
    check: isPasswordInPlace,
    hit: () => `jdbc:oracle:thin:ann/${alnum(10)}@db.test:1521:app`,
    miss: () => "jdbc:oracle:thin:@db.test:1521:app",
  },
  {
    name: "pgpass-password",
    near: [":5432:"],
    pattern: ":5432:[\\w*-]{1,64}:[\\w*.-]{1,64}:(?<secret>[^\\s:\"'`\\\\]{3,128})(?![:\\w])",
    check: isPasswordInPlace,
    hit: () => `db.test:5432:app:ann:${alnum(10)}`,
    miss: () => "db.test:5432:app:ann:*****",
  },
  {
    name: "signing-key",
    near: [
      "createhmac(",
      "createcipheriv(",
      "createdecipheriv(",
      "jwt.sign(",
      "jwt.verify(",
      "jwt.encode(",
      "jwt.decode(",
    ],
    pattern:
      "(?:create(?:Hmac|Cipheriv|Decipheriv)\\(\\s{0,20}[\"'][\\w-]{2,30}[\"']|jwt\\.(?:sign|verify|encode|decode)\\([^\\r\\n;]{1,200}?),\\s{0,20}\\\\{0,7}[\"'](?<secret>[^\\s\"'\\\\]{8,512})\\\\{0,7}[\"']\\s{0,20}[,)]",
    strength: "password",
    hit: () => `jwt.sign({ sub: "ann" }, "${alnum(32)}", { expiresIn: "1h" })`,
    miss: () => 'jwt.sign({ sub: "ann" }, key, { expiresIn: "1 hour" })',
  },
  {
    name: "fernet-key",
    near: ["fernet("],
    pattern: "Fernet\\(\\s{0,20}b?\\\\{0,7}[\"'](?<secret>[A-Za-z0-9_-]{43}=)",
    hit: () => `Fernet(b"${alnum(43)}=")`,
    miss: () => "Fernet(key)",
  },
  {
    // A name and a password, one after the other.
    name: "basic-auth",
    near: ["auth=(", "basicauth(", "basic_auth(", "getconnection("],
    pattern:
      "(?:auth=|basic_?auth|getconnection)\\(\\s{0,20}(?:[\\w.]{1,60}\\s{0,4},\\s{0,20})?\\\\{0,7}[\"'][^\"'\\r\\n\\\\]{1,200}\\\\{0,7}[\"']\\s{0,4},\\s{0,20}\\\\{0,7}[\"'](?<secret>[^\\s\"'\\\\]{3,256})\\\\{0,7}[\"']\\s{0,4}\\)",
    flags: "i",
    check: isPasswordInPlace,
    hit: () => `requests.get(url, auth=("ann", "${alnum(12)}"))`,
    miss: () => 'requests.get(url, auth=("ann", password))',
  },
  {
    // `password for the staging database is …`
    name: "password",
    near: ["password for", "password of", "password to", "passwort f\u00fcr", "passwort der", "passwort des"],
    pattern: `passwor[dt] (?:for|of|to|f\u00fcr|der|des) [^\\r\\n.:;,="'\`()\\\\]{2,60}? (?:is|=|was|ist|lautet):? {0,4}${QUOTES}(?=\\S{0,128}[\\d!@#$%^&*?])(?<secret>${VALUE}{6,128})`,
    flags: "i",
    strength: "password",
    hit: () => `the password for the staging database is ${alnum(12)}`,
    miss: () => "the password for the staging database is unknown",
  },
  {
    // A line of a cookie file.
    name: "cookie",
    near: ["\ttrue\t", "\tfalse\t", "ttrue\\", "tfalse\\"],
    reach: 7,
    pattern: `${TAB}(?:TRUE|FALSE)${TAB}\\d{1,12}${TAB}[^\\t\\r\\n\\\\]{1,100}${TAB}(?<secret>[^\\s"'\\\\]{8,4096})`,
    strength: "secret",
    hit: () => `.git.test\tTRUE\t/\tTRUE\t0\tsid\t${alnum(32)}`,
    miss: () => ".git.test\tTRUE\t/\tTRUE\t0\ttheme\tdark-mode",
  },
  {
    // As people of other languages name it.
    name: "password",
    near: [
      "mot de passe",
      "contrase",
      "clave",
      "senha",
      "kennwort",
      "wachtwoord",
      "parola",
      "l\u00f6senord",
      "has\u0142o",
      "\u043f\u0430\u0440\u043e\u043b\u044c",
      "\u5bc6\u7801",
      "\u5bc6\u78bc",
      "\u30d1\u30b9\u30ef\u30fc\u30c9",
      "\ube44\ubc00\ubc88\ud638",
    ],
    pattern: `(?:mot de passe|contrase(?:\u00f1|n)a|clave|senha|kennwort|wachtwoord|parola|l\u00f6senord|has\u0142o|\u043f\u0430\u0440\u043e\u043b\u044c|\u5bc6[\u7801\u78bc]|\u30d1\u30b9\u30ef\u30fc\u30c9|\ube44\ubc00\ubc88\ud638)${QUOTES}\\s{0,4}(?:[:=\uff1a]|est|es|ist|\u00e9|\u00e8|is|\u662f|\u306f)\\s{0,4}${QUOTES}(?<secret>${VALUE}{6,128})`,
    flags: "i",
    strength: "password",
    hit: () => `mot de passe : ${alnum(10)}`,
    miss: () => "mot de passe : obligatoire",
  },
];
