/** Keys and tokens with a form of their own, whoever made them. */
import { alnum, hex, LEFT, upper } from "./parts.ts";
import type { Rule } from "./rule.ts";

const decodesToKey = (base64: string) => atob(base64.slice(0, 60)).includes("PRIVATE KEY");

const BREAK = "(?:\\r?\\n|\\\\{1,7}[rn])";

export const KEYS: readonly Rule[] = [
  {
    // A PEM file as base64, as Kubernetes and CI variables keep it.
    name: "private-key",
    near: ["ls0tls1crudj"],
    pattern: "LS0tLS1CRUdJT[A-Za-z0-9+/]{120,24000}={0,2}",
    check: decodesToKey,
    hit: () => btoa(["-----BEGIN", " PRIVATE KEY-----\n", alnum(120)].join("")),
    miss: () => btoa(["-----BEGIN", " CERTIFICATE-----\n", alnum(120)].join("")),
  },
  {
    name: "putty-key",
    near: ["private-lines:"],
    pattern: `Private-Lines: \\d{1,4}${BREAK}(?<secret>(?:[A-Za-z0-9+/=]{1,64}${BREAK}){0,400}[A-Za-z0-9+/=]{1,64}(?=${BREAK}))`,
    hit: () => `Private-Lines: 2\n${alnum(64)}\n${alnum(40)}\n`,
    miss: () => "Private-Lines: 2\n(none)",
  },
  {
    name: "age-key",
    near: ["age-secret-key-1"],
    pattern: "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    hit: () => `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)}`,
    miss: () => `age1${alnum(58).toLowerCase()}`,
  },
  {
    name: "jwt",
    near: ["eyj", "eya", "ewo"],
    pattern: `${LEFT}e[yw][A-Za-z0-9_-]{10,4000}\\.(?:ey|ew)[A-Za-z0-9_-]{8,8000}(?:\\.[A-Za-z0-9_-]{0,4000}={0,2})?`,
    hit: () => `eyJ${alnum(30)}.eyJ${alnum(60)}.${alnum(43)}`,
    miss: () => `eyJ${alnum(30)}`,
  },
  {
    name: "jwt",
    near: ["eyj"],
    pattern: `${LEFT}eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{0,4000}\\.[A-Za-z0-9_-]{8,64}\\.[A-Za-z0-9_-]{8,8000}\\.[A-Za-z0-9_-]{8,64}`,
    hit: () => `eyJ${alnum(30)}..${alnum(16)}.${alnum(90)}.${alnum(22)}`,
    miss: () => `eyJ${alnum(30)}..${alnum(16)}`,
  },
  {
    name: "jwt",
    near: ["zxlk"],
    pattern: `${LEFT}ZXlK[A-Za-z0-9+/_-]{60,12000}={0,2}`,
    hit: () => `ZXlK${alnum(120)}`,
    miss: () => `ZXlK${alnum(20)}`,
  },
  {
    name: "jwk-private-key",
    near: ['"d"', '"d\\', '"k"', '"k\\', '"p"', '"p\\', '"q"', '"q\\'],
    pattern: '"[dkpq]\\\\{0,7}"\\s{0,8}:\\s{0,8}\\\\{0,7}"(?<secret>[A-Za-z0-9_-]{32,800})\\\\{0,7}"',
    hit: () => `{"kty":"EC","d":"${alnum(43)}"}`,
    miss: () => '{"kty":"EC","d":"M0 0L10 10"}',
  },
  {
    name: "password-hash",
    near: [
      "$2a$",
      "$2b$",
      "$2y$",
      "$argon2",
      "$apr1$",
      "$1$",
      "$5$",
      "$6$",
      "$y$",
      "$scrypt$",
      "$pbkdf2",
      "$p$",
      "$h$",
    ],
    pattern:
      "\\$(?:[PH]\\$[A-Za-z0-9./]{31}(?![A-Za-z0-9./])|2[aby]\\$\\d\\d\\$[A-Za-z0-9./]{53}|argon2i?d?\\$[\\w=,$]{5,60}\\$[A-Za-z0-9+/]{8,90}\\$[A-Za-z0-9+/]{16,120}|(?:apr1|1)\\$[A-Za-z0-9./]{2,8}\\$[A-Za-z0-9./]{22}|[56]\\$(?:rounds=\\d{1,9}\\$)?[A-Za-z0-9./]{2,16}\\$[A-Za-z0-9./]{43,86}|y\\$[A-Za-z0-9./]{1,10}\\$[A-Za-z0-9./]{2,86}\\$[A-Za-z0-9./]{43}|scrypt\\$[\\w=,]{3,60}\\$[A-Za-z0-9+/=]{8,90}\\$[A-Za-z0-9+/=]{16,120}|pbkdf2[\\w-]{0,12}\\$[\\w=,]{1,30}\\$[A-Za-z0-9+/=.]{8,90}\\$[A-Za-z0-9+/=.]{16,120})",
    hit: () => `$2b$12$${alnum(53)}`,
    miss: () => `$2b$12$${alnum(20)}`,
  },
  {
    name: "minisign-key",
    near: ["rwrt", "rwqa"],
    pattern: `${LEFT}RWR[A-Za-z0-9+/]{200,212}={0,2}(?![A-Za-z0-9+/])`,
    hit: () => `RWRT${alnum(208)}`,
    miss: () => `RWRT${alnum(52)}`,
  },
  {
    name: "otp-secret",
    near: ["otpauth://"],
    pattern:
      "otpauth://[th]otp/[^\\s\"'?]{0,200}\\?(?:[^\\s\"'&]{0,100}&){0,4}secret=(?<secret>[A-Za-z2-7=]{16,128})",
    hit: () => `otpauth://totp/Acme:ann?secret=${upper(32)}&issuer=Acme`,
    miss: () => "otpauth://totp/Acme:ann?issuer=Acme",
  },
  {
    name: "hex-private-key",
    near: ["private", "wallet("],
    pattern:
      "(?:private[_ -]?key[\"'\\\\]{0,8}\\s{0,4}[:=]|wallet\\()\\s{0,4}[\"'\\\\]{0,8}(?<secret>0x[0-9a-f]{64})(?![0-9a-f])",
    flags: "i",
    hit: () => `PRIVATE_KEY=0x${hex(64)}`,
    miss: () => `PRIVATE_KEY=0x${hex(20)}`,
  },
];
