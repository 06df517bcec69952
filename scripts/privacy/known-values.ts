import type { KnownSecret } from "./known-secrets.ts";

/** One way in which a known secret may be written down. */
export interface KnownForm {
  rule: string;
  text: string;
}

const BASE64_MIN = 8;

/**
 * Every form worth looking for: as it is, JSON-escaped once and twice, URL-encoded, base64, base64url and hex, and
 * what each of these looks like where every byte is read as one character.
 */
export function knownForms(secrets: readonly KnownSecret[]): KnownForm[] {
  const forms = new Map<string, string>();
  for (const { name, value } of secrets) {
    if (value === "") continue;
    for (const form of encodings(value)) {
      for (const text of [form, bytesAsText(form)]) if (!forms.has(text)) forms.set(text, name);
    }
  }
  return [...forms].map(([text, rule]) => ({ text, rule }));
}

function encodings(value: string): string[] {
  const escaped = jsonEscape(value);
  // Half a surrogate pair can't be URL-encoded.
  const url = encodeURIComponent(new TextDecoder().decode(utf8(value)));
  const lowerUrl = url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const form = new URLSearchParams({ v: value }).toString().slice("v=".length);
  const hex = Array.from(utf8(value), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    ...[value, escaped, jsonEscape(escaped), url, lowerUrl, form],
    ...[hex, hex.toUpperCase()],
    ...base64Forms(value),
  ];
}

function jsonEscape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

// Inside a longer base64 text, the secret may begin at any of three offsets. The characters that also depend on
// what stands before or after it are left out.
function base64Forms(value: string): string[] {
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const padded = "\0".repeat(offset) + bytesAsText(value);
    const core = btoa(padded).slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6));
    if (core.length < BASE64_MIN) continue;
    forms.push(core, core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}

function bytesAsText(text: string): string {
  return Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join("");
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
