/**
 * The agent's side of the run directory: it publishes what is committed, withdraws what is given up, tells
 * how full blocks are and who waits, and notices when somebody wiped the directory under running pods.
 * Allocation never comes through here: plugins claim addresses in the directory by themselves.
 */
import { ok, type Result, refuse } from '@hedgerow/core';
import { type Files, runPlace, sweep } from '@hedgerow/core/claims';
import type { Pool } from '@hedgerow/core/membership';
import type { AddressReport } from '../report/index.ts';
import { listAddresses } from './addresses.ts';
import { type NoteStore, readBlockNotes } from './blockNotes.ts';
import type { BlockContext, BlockRef } from './blocks.ts';
import { createHeartbeat, type HeartbeatIdentity, type Readiness } from './heartbeat.ts';
import { createBlockKeeper, type KeeperEvent } from './keeper.ts';
import { isLaidOut, type Layout, layOut } from './layOut.ts';
import { readBootId, readUptimeSeconds } from './prepareRoot.ts';
import { type WantedWatch, watchWanted } from './wantedWatch.ts';

/** What the run directory tells; each is an input of the cluster's reducer as it stands. */
export type RunEvent = KeeperEvent | { readonly type: 'wanted'; readonly pool: string };

/** Orphans are rare and harmless: looking for them once a minute is enough. */
const sweepEveryPolls = 60;
const defaultRestMs = 30_000;

/** What `createRunDirectory` needs. */
export interface RunDirectoryOptions extends Pick<HeartbeatIdentity, 'member' | 'name'> {
  readonly runDir: string;
  readonly files: Files;
  readonly notes: NoteStore;
  readonly pools: readonly Pool[];
  /** How long a freed address is not given again. Default 30 s. */
  readonly restMs?: number;
  /** Told later, never during a call of ours, and not after `stop`. */
  readonly onEvent: (event: RunEvent) => void;
  /** Default: this machine's. */
  readonly bootId?: string;
  readonly uptimeSeconds?: () => number;
  readonly wallMs?: () => number;
  readonly forgetRestMs?: number;
  /** Between two looks. */
  readonly pollMs?: number;
}

/** The running run directory. */
export interface RunDirectory {
  /** Opens a committed block; answered by `published`, `wiped`, or `withdrawn` after a crash. */
  publish(block: BlockRef): void;
  /** Stops new addresses in a block for good. */
  close(block: BlockRef): void;
  /** Takes a block out once it is empty and rested; answered by `withdrawn`, or `published` when it is in use. */
  withdraw(block: BlockRef): void;
  /** For agent.json: what a plugin that found nothing tells. */
  setReadiness(readiness: Readiness): void;
  /** All addresses held on this node, in order. */
  addresses(): readonly AddressReport[];
  /** What does not work or is not done yet, in words. */
  problems(): readonly string[];
  /** Looks now instead of at the next poll. */
  poll(): void;
  stop(): void;
}

/** Prepares the directory and starts watching it. Refusals: `run-directory`, and those of the note store. */
export function createRunDirectory(options: RunDirectoryOptions): Result<RunDirectory> {
  const { files, runDir: root } = options;
  const bootId = options.bootId ?? readBootId();
  const place = runPlace(root, bootId);
  if (place === undefined) return refuse('run-directory', `"${bootId}" is not a boot id.`);
  const restMs = options.restMs ?? defaultRestMs;
  const layout = { files, root, place, pools: options.pools, restMs };
  const laidOut = layOut(layout);
  if (!laidOut.ok) return laidOut;
  const notes = readBlockNotes(options.notes, bootId);
  if (!notes.ok) return notes;
  const wallMs = options.wallMs ?? Date.now;
  return ok(start(options, layout, { files, place, notes: notes.value, restMs, wallMs }, bootId));
}

function start(
  options: RunDirectoryOptions,
  layout: Layout,
  context: BlockContext,
  bootId: string,
): RunDirectory {
  const { files, place } = context;
  const { member, name, runDir, forgetRestMs = 24 * 3_600_000 } = options;
  let stopped = false;
  const emit = (event: RunEvent): void => {
    setImmediate(() => {
      if (!stopped) options.onEvent(event);
    });
  };
  const heartbeat = createHeartbeat(
    files,
    runDir,
    { member, name, bootId, forgetRestMs },
    options.uptimeSeconds ?? readUptimeSeconds,
  );
  const keeper = createBlockKeeper(context, emit);
  const wanted = watchLaidOut(layout, (pool) => {
    // Whoever asks knows better than the last look: what seemed free may be taken by now.
    keeper.poll();
    emit({ type: 'wanted', pool });
  });
  sweep(files, place, { wallMs: context.wallMs() });
  let polls = 0;
  function poll(): void {
    polls += 1;
    keeper.poll();
    wanted.look();
    heartbeat.beat();
    if (polls % sweepEveryPolls === 0) sweep(files, place, { wallMs: context.wallMs() });
  }
  // A block of an earlier run of the agent may be full: nobody should count on it for a second.
  let willLook = false;
  function lookSoon(): void {
    if (willLook) return;
    willLook = true;
    setImmediate(() => {
      willLook = false;
      if (!stopped) keeper.poll();
    });
  }
  const timer = setInterval(poll, options.pollMs ?? 1000);
  return {
    publish: (block) => {
      keeper.publish(block);
      lookSoon();
    },
    close: keeper.close,
    withdraw: keeper.withdraw,
    setReadiness: heartbeat.set,
    addresses: () => listAddresses(files, place),
    problems: () => {
      const { failure } = heartbeat;
      const beat = failure === undefined ? [] : [`cannot write agent.json: ${failure}`];
      return [...keeper.problems(), ...beat];
    },
    poll,
    stop() {
      stopped = true;
      clearInterval(timer);
      wanted.stop();
      heartbeat.stop();
    },
  };
}

/** Who wipes the directory takes more than blocks: the rest comes back, for plugins to read what is wrong. */
function watchLaidOut(layout: Layout, onWanted: (pool: string) => void): WantedWatch {
  const start = (): WantedWatch => watchWanted(layout.files, layout.place, onWanted);
  let watch = start();
  return {
    look() {
      if (isLaidOut(layout)) return watch.look();
      if (!layOut(layout).ok) return;
      watch.stop();
      watch = start();
    },
    stop: () => watch.stop(),
  };
}
