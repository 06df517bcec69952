import type { KnownSecret } from "./known-secrets.ts";

/** One way in which a known secret may be written down. */
export interface KnownForm {
  rule: string;
  text: string;
}

const BASE64_MIN = 8;

/** Every form worth looking for: as it is, JSON-escaped once and twice, URL-encoded, base64 and base64url. */
export function knownForms(secrets: readonly KnownSecret[]): KnownForm[] {
  const forms = new Map<string, string>();
  for (const { name, value } of secrets) {
    if (value === "") continue;
    for (const text of encodings(value)) if (!forms.has(text)) forms.set(text, name);
  }
  return [...forms].map(([text, rule]) => ({ text, rule }));
}

function encodings(value: string): string[] {
  const escaped = jsonEscape(value);
  // Half a surrogate pair can't be URL-encoded.
  const url = encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(value)));
  const lowerUrl = url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const form = url.replace(/%20/g, "+");
  return [value, escaped, jsonEscape(escaped), url, lowerUrl, form, ...base64Forms(value)];
}

function jsonEscape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

// Inside a longer base64 text, the secret may begin at any of three offsets. The characters that also depend on
// what stands before or after it are left out.
function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const padded = String.fromCharCode(...new Uint8Array(offset), ...bytes);
    const core = btoa(padded).slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6));
    if (core.length < BASE64_MIN) continue;
    forms.push(core, core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}
