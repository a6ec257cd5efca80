/**
 * Notices wishes for space within a millisecond or so by inotify. Where there is no watch to be had (limits,
 * odd file systems) looking ten times a second replaces it.
 */
import { type FSWatcher, watch } from 'node:fs';
import {
  clearWanted,
  type Files,
  type RunPlace,
  readWanted,
  wantedPath,
} from '@hedgerow/core/claims';

/** A running watch. */
export interface WantedWatch {
  /** Looks now, whatever the watch said. */
  look(): void;
  stop(): void;
}

const fallbackMs = 100;

/** Calls `onWanted` once for each wish it finds, after it took the wish away. */
export function watchWanted(
  files: Files,
  place: RunPlace,
  onWanted: (pool: string) => void,
): WantedWatch {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const pools = readWanted(files, place);
    if (typeof pools === 'string') return;
    for (const pool of pools) {
      // Taken away first, so that a wish that comes meanwhile is seen as a new one.
      clearWanted(files, place, pool);
      onWanted(pool);
    }
  }
  function fallBack(): void {
    watcher?.close();
    watcher = undefined;
    timer ??= setInterval(look, fallbackMs).unref();
  }
  try {
    watcher = watch(wantedPath(place), look).unref();
    watcher.on('error', fallBack);
  } catch {
    fallBack();
  }
  look();
  return {
    look,
    stop() {
      watcher?.close();
      clearInterval(timer);
    },
  };
}
