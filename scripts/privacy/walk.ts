/** Called with each string and the name that tells about it: its key, or null. */
export type MapString = (text: string, name: string | null) => string;

type Container = Record<string, unknown> | unknown[];

interface Item {
  value: unknown;
  name: string | null;
  target: Container;
  key: string | number;
}

/**
 * A copy of a JSON-like value with every string replaced, keys too, always visited in the same order. Not recursive:
 * a hostile document may be nested deeper than the call stack.
 */
export function mapStrings(root: unknown, map: MapString): unknown {
  const result: unknown[] = [];
  const work: Item[] = [{ value: root, name: null, target: result, key: 0 }];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { value, name, target, key } = item;
    if (typeof value === "string") {
      put(target, key, map(value, name));
    } else if (isSerializable(value)) {
      work.push({ ...item, value: value.toJSON() });
    } else if (typeof value === "object" && value !== null) {
      const copy: Container = Array.isArray(value) ? [] : {};
      put(target, key, copy);
      const items = Array.isArray(value) ? elements(value, name, copy) : entries(value, copy, map);
      // The last one pushed is worked on first: reversed, the order stays.
      for (let i = items.length - 1; i >= 0; i--) work.push(items[i] as Item);
    } else {
      put(target, key, value);
    }
  }
  return result[0];
}

/** Such as a date. */
function isSerializable(value: unknown): value is { toJSON(): unknown } {
  return (
    typeof value === "object" && value !== null && "toJSON" in value && typeof value.toJSON === "function"
  );
}

/** A list's elements are told about by the list's own key; an argument by the option before it. */
function elements(list: readonly unknown[], name: string | null, target: Container): Item[] {
  return list.map((value, key) => ({ value, name: optionBefore(list, key) ?? name, target, key }));
}

function optionBefore(list: readonly unknown[], index: number): string | null {
  const before = list[index - 1];
  return typeof before === "string" && /^--?[A-Za-z][\w-]{1,40}$/.test(before) ? before : null;
}

/** An entry's value is told about by its key; in `{ name: "TOKEN", value: "…" }` by its neighbour. */
function entries(value: object, target: Container, map: MapString): Item[] {
  const all = Object.entries(value);
  const label =
    "value" in value
      ? all.find(([key, v]) => /^(?:name|key|variable)$/i.test(key) && typeof v === "string")
      : undefined;
  const taken = new Set<string>();
  return all.map(([key, v]) => {
    const name = key === "value" && typeof label?.[1] === "string" ? label[1] : key;
    return { value: v, name, target, key: untaken(map(key, null), taken) };
  });
}

/** Two keys that are hidden alike must not fall together. */
function untaken(key: string, taken: Set<string>): string {
  let free = key;
  for (let n = 2; taken.has(free); n++) free = `${key} ${n}`;
  taken.add(free);
  return free;
}

function put(target: Container, key: string | number, value: unknown): void {
  if (Array.isArray(target)) target.push(value);
  // Assigning to `__proto__` would change the object's nature.
  else if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}
