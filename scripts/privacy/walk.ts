/** Called with each string and the name that tells about it: its key, or null. */
export type MapString = (text: string, name: string | null) => string;

/**
 * A copy of a JSON-like value with every string replaced, keys too. Not recursive: a hostile document may be nested
 * deeper than the call stack.
 */
export function mapStrings(root: unknown, map: MapString): unknown {
  const holder: Record<string, unknown> = {};
  const work: { value: unknown; name: string | null; target: object; key: string }[] = [
    { value: root, name: null, target: holder, key: "root" },
  ];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { value, name, target, key } = item;
    if (typeof value === "string") {
      put(target, key, map(value, name));
    } else if (Array.isArray(value)) {
      const copy: unknown[] = new Array(value.length);
      put(target, key, copy);
      for (const [i, element] of value.entries())
        work.push({ value: element, name, target: copy, key: String(i) });
    } else if (typeof value === "object" && value !== null) {
      const copy = {};
      put(target, key, copy);
      const entries = Object.entries(value).map(([k, v]) => ({
        value: v,
        name: k,
        target: copy,
        key: map(k, null),
      }));
      // The last one pushed is worked on first: reversed, the order of the keys stays.
      work.push(...entries.reverse());
    } else {
      put(target, key, value);
    }
  }
  return holder["root"];
}

// Assigning to `__proto__` would change the object's nature.
function put(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
