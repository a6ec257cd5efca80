/**
 * The agent's side of the run directory: it publishes what is committed, withdraws what is given up, tells
 * how full blocks are and who waits, and notices when somebody wiped the directory under running pods.
 * Allocation never comes through here: plugins claim addresses in the directory by themselves.
 */
import { ok, type Result, refuse } from '@hedgerow/core';
import { defaultRestMs, type Files, runPlace } from '@hedgerow/core/claims';
import type { BlockUsage } from '@hedgerow/core/cluster';
import type { Pool } from '@hedgerow/core/membership';
import { machineNamespaces, type Namespaces } from '../leaks/index.ts';
import type { GcReport } from '../report/index.ts';
import { type NoteStore, readBlockNotes } from './blockNotes.ts';
import type { BlockContext, BlockRef } from './blocks.ts';
import {
  createHeartbeat,
  type Heartbeat,
  type HeartbeatIdentity,
  type Readiness,
} from './heartbeat.ts';
import { createBlockKeeper, type KeeperEvent } from './keeper.ts';
import { isLaidOut, type Layout, layOut } from './layOut.ts';
import { removeOldBoots } from './oldBoots.ts';
import { readBootId, readUptimeSeconds } from './prepareRoot.ts';
import { createRunAddresses, type RunAddresses } from './runAddresses.ts';
import { createUpkeep, type UpkeepContext } from './upkeep.ts';
import { type WantedWatch, watchWanted } from './wantedWatch.ts';

/** What the run directory tells; each is an input of the cluster's reducer as it stands. */
export type RunEvent = KeeperEvent | { readonly type: 'wanted'; readonly pool: string };

/** Orphans and leaks are rare and harmless: looking for them once a minute is enough. */
const upkeepEveryPolls = 60;

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
  /** How long blocks of a forgotten member rest: plugins stop at half of it without a heartbeat. Default 24 h. */
  readonly forgetRestMs?: number;
  /** Frees what attachments without a namespace hold. Default true. */
  readonly collectsLeaks?: boolean;
  /** Default: this machine's. */
  readonly namespaces?: Namespaces;
  /** Monotonic. */
  readonly nowMs?: () => number;
  /** Between two looks. */
  readonly pollMs?: number;
}

/** The running run directory. */
export interface RunDirectory extends RunAddresses {
  /** All blocks that lie there, whoever opened them. Their use is told from now on. */
  found(): readonly BlockUsage[];
  /**
   * Opens a committed block; answered by `published`, `wiped`, or `withdrawn` after a crash. Its use is told soon: one
   * of an earlier run of the agent may be full, and nobody should count on it for a second.
   */
  publish(block: BlockRef): void;
  /** Stops new addresses in a block for good. Its use is told soon, for alarms that count it. */
  close(block: BlockRef): void;
  /** Takes a block out once it is empty and rested; answered by `withdrawn`, or `published` when it is in use. */
  withdraw(block: BlockRef): void;
  /** For agent.json: what a plugin that found nothing tells. */
  setReadiness(readiness: Readiness): void;
  /** Looks for leaks and garbage now. */
  collect(isDry: boolean): Promise<GcReport>;
  /** What does not work or is not done yet, in words. */
  problems(): readonly string[];
  /** Looks now instead of at the next poll. */
  poll(): void;
  /**
   * Somebody in this process found nothing free; plugins say so by a file. Looks first: whoever asks knows better
   * than the last look, what seemed free may be taken by now.
   */
  want(pool: string): void;
  /** `why`: what plugins that find nothing tell from now on; default: that the agent is stopped. */
  stop(why?: string): void;
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
  const notes = readBlockNotes(options.notes, bootId, files, place);
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
  const { member, name, runDir, uptimeSeconds = readUptimeSeconds } = options;
  const { forgetRestMs = 24 * 3_600_000, namespaces = machineNamespaces } = options;
  let stopped = false;
  const emit = (event: RunEvent): void => {
    setImmediate(() => {
      if (!stopped) options.onEvent(event);
    });
  };
  const uncleaned: string[] = [];
  void removeOldBoots(files, runDir, { member, bootId }).then((all) => uncleaned.push(...all));
  const identity = { member, name, bootId, forgetRestMs };
  const heartbeat = createHeartbeat(files, runDir, identity, uptimeSeconds);
  const keeper = createBlockKeeper(context, emit);
  function want(pool: string): void {
    keeper.poll();
    emit({ type: 'wanted', pool });
  }
  const wanted = watchLaidOut(layout, want);
  const upkeep = createUpkeep(upkeepContext(options, context, namespaces));
  let polls = 0;
  function poll(): void {
    polls += 1;
    keeper.poll();
    wanted.look();
    heartbeat.beat();
    if (polls % upkeepEveryPolls === 0) upkeep.look();
  }
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
    found: () => keeper.find(options.pools.map((pool) => pool.name)),
    publish: followed(keeper.publish, lookSoon),
    close: followed(keeper.close, lookSoon),
    withdraw: keeper.withdraw,
    setReadiness: heartbeat.set,
    ...createRunAddresses(files, place, namespaces),
    collect: upkeep.collect,
    problems: () => [...keeper.problems(), ...heartbeatProblems(heartbeat), ...uncleaned],
    poll,
    want,
    stop(why) {
      stopped = true;
      clearInterval(timer);
      wanted.stop();
      heartbeat.stop(why);
    },
  };
}

function followed(does: (block: BlockRef) => void, next: () => void): (block: BlockRef) => void {
  return (block) => {
    does(block);
    next();
  };
}

function upkeepContext(
  { nowMs = () => performance.now(), collectsLeaks = true }: RunDirectoryOptions,
  { files, place, wallMs }: BlockContext,
  namespaces: Namespaces,
): UpkeepContext {
  return { files, place, namespaces, wallMs, nowMs, collectsLeaks };
}

function heartbeatProblems({ failure }: Heartbeat): readonly string[] {
  return failure === undefined ? [] : [`cannot write agent.json: ${failure}`];
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
