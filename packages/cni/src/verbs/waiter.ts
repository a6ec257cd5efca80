/** Waiting for space: leaves a wish for the agent, then looks again, soon at first, up to a limit. */
import { askForBlock, type RunPlace } from '@hedgerow/core/claims';
import type { Port } from '../port.ts';

const firstPauseMs = 2;
const longestPauseMs = 50;
/** A wish is renewed this often, in case that the agent restarted and forgot it. */
const renewMs = 1_000;

/**
 * Gives a function that waits a little and says true, or false when `waitMs` have passed in all, over all
 * pools of one ADD.
 */
export function waiter(port: Port, place: RunPlace, waitMs: number): (pool: string) => boolean {
  let waitedMs = 0;
  let pauseMs = firstPauseMs;
  const renewAt = new Map<string, number>();
  return (pool) => {
    if (waitedMs >= (renewAt.get(pool) ?? 0)) {
      askForBlock(port.files, place, pool);
      renewAt.set(pool, waitedMs + renewMs);
    }
    if (waitedMs >= waitMs) return false;
    const pause = Math.min(pauseMs, waitMs - waitedMs);
    port.sleepMs(pause);
    waitedMs += pause;
    pauseMs = Math.min(longestPauseMs, pauseMs * 1.25);
    return true;
  };
}
