// In a state what nobody knows is absent: no field is there without a value.

/** The list, or undefined where it says nothing. */
export function nonEmpty<T>(items: readonly T[] | undefined): T[] | undefined {
  return items === undefined || items.length === 0 ? undefined : [...items];
}

export function omit<T extends object>(value: T | undefined, keys: readonly string[]): Partial<T> {
  if (value === undefined) return {};
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) as Partial<T>;
}

/** The fields that have a value. */
export function defined<T extends Record<string, unknown>>(
  value: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return dropUndefined(value) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** The same for what has no type of its own yet. */
export function dropUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}
