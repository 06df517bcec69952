/** The time for all of GitHub's answers together was used up. */
export class OverBudget extends Error {
  constructor(ms: number) {
    super(`GitHub was not done within ${ms} ms.`);
    this.name = "OverBudget";
  }
}

export interface Budget {
  /** Aborted when the work is over, whichever way it ended: nothing stays behind on the network. */
  signal: AbortSignal;
  /** Milliseconds that are left. */
  remaining: () => number;
}

/**
 * What `work` answers, if that takes at most `ms`; otherwise throws `OverBudget` at that moment, even when
 * `work` does not listen to its signal. Throws the reason of `outer` when that is aborted.
 */
export async function withBudget<T>(
  ms: number,
  outer: AbortSignal,
  work: (budget: Budget) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const deadline = performance.now() + ms;
  const inner = new AbortController();
  let interrupt = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  const cut = new Promise<never>((_, reject) => {
    interrupt = () => reject(outer.reason);
    timer = setTimeout(() => reject(new OverBudget(ms)), ms);
  });
  outer.addEventListener("abort", interrupt, { once: true });
  try {
    const budget = { signal: inner.signal, remaining: () => deadline - performance.now() };
    return await Promise.race([work(budget), cut]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", interrupt);
    inner.abort();
  }
}
