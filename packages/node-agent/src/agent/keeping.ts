/**
 * Stores what others published, a little later and several at once: losing the last second of it costs
 * one round of anti-entropy, and one write a second is kinder to the disk than one per update.
 */
import type { Store } from '../store/index.ts';
import type { Log } from './log.ts';

const delayMs = 200;
/** Waiting updates are written at once above this. */
const maxWaiting = 256;

export interface Keeping {
  keep(update: Uint8Array): void;
  /** Writes what waits. */
  flush(): void;
  stop(): void;
}

/** Nothing waits at first. */
export function createKeeping(store: Store, log: Log): Keeping {
  let waiting: Uint8Array[] = [];
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const stored = store.appendUpdates(waiting);
    // Kept in memory they would only grow: anti-entropy brings them again after a restart.
    if (!stored.ok) log.warn({ problem: stored.error.message }, 'updates of others not stored');
    waiting = [];
  }
  return {
    keep(update) {
      waiting.push(update);
      if (waiting.length >= maxWaiting) flush();
      else timer ??= setTimeout(flush, delayMs);
    },
    flush,
    stop: flush,
  };
}
