/**
 * Times in ms that rise from each to the next and end before `end`, as near to those given as that allows: a conversation
 * is put in order by them.
 */
export function risingTimes(given: readonly number[], end: number): number[] {
  const [first = end, second = end, ...others] = given;
  // The note of an import is the first entry, and the youngest.
  const times = [Math.min(first, second - 1), second, ...others].slice(0, given.length);
  let latest = Number.NEGATIVE_INFINITY;
  const rising = times.map((time) => {
    latest = Math.max(time, latest + 1);
    return latest;
  });
  let next = end;
  for (let index = rising.length - 1; index >= 0; index--) {
    next = Math.min(rising[index] ?? next, next - 1);
    rising[index] = next;
  }
  return rising;
}
