// Waiting for something to become true: tests wait for conditions, never for a time to pass.

import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The first value that is neither false nor undefined; an exception counts as not yet. Rejects after
 * `timeoutMs` with `what` and the last exception.
 */
export async function until<T>(
  what: string,
  look: () => T | false | undefined | Promise<T | false | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let why = '';
  for (;;) {
    try {
      const found = await look();
      if (found !== false && found !== undefined) return found;
      why = '';
    } catch (error) {
      why = `: ${(error as Error).message}`;
    }
    if (performance.now() > deadlineMs) throw new Error(`waited in vain until ${what}${why}`);
    await sleep(15);
  }
}
