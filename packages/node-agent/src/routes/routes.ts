/**
 * Keeps the kernel's routes equal to what the ownership map says, and only those with our protocol number.
 *
 * Changes are coalesced: while one round runs, any number of updates makes one more. A round lists what
 * is there, adds and replaces, then removes, so that a prefix that is split never goes unrouted between.
 * Rounds also run now and then, so that routes removed by others, or lost with an interface, come back.
 */
import type { DesiredRoutes, Route } from './desired.ts';
import {
  createRouteTable,
  type FailedChange,
  type RouteChange,
  type RouteTable,
} from './kernel.ts';

/** What `createRoutes` needs. */
export interface RoutesOptions {
  /** Asked at the start of each round. */
  readonly desired: () => DesiredRoutes;
  readonly table?: RouteTable;
  /** Told after each round what cannot be routed, and why; empty when all is well. */
  readonly onProblems?: (problems: readonly RouteProblem[]) => void;
  /** Least time between two rounds. */
  readonly minGapMs?: number;
  /** A round at least this often. */
  readonly repairMs?: number;
}

/** A prefix that stays unrouted for now. `prefix` is '' when no route at all can be written. */
export interface RouteProblem {
  readonly prefix: string;
  readonly reason: string;
}

/** The running reconciliation. */
export interface Routes {
  /** The map or a node address changed. */
  update(): void;
  /** Resolves when a round that began after this call has ended. */
  settled(): Promise<void>;
  /** Stops reconciling; routes stay, because pods go on while the agent is down. */
  stop(): Promise<void>;
}

/** Starts reconciling, with a first round at once. */
export function createRoutes(options: RoutesOptions): Routes {
  const table = options.table ?? createRouteTable();
  const minGapMs = options.minGapMs ?? 20;
  const repairMs = options.repairMs ?? 30_000;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let waiters: (() => void)[] = [];

  async function round(): Promise<void> {
    const served = waiters;
    waiters = [];
    again = false;
    const problems = await reconcile(table, options.desired());
    options.onProblems?.(problems);
    for (const done of served) done();
  }
  function start(): void {
    clearTimeout(timer);
    running = round().finally(() => {
      running = undefined;
      if (!stopped) schedule(again ? minGapMs : repairMs);
    });
  }
  function schedule(delayMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(start, delayMs);
    timer.unref();
  }
  function update(): void {
    if (stopped) return;
    if (running !== undefined) again = true;
    else if (!again) {
      again = true;
      schedule(minGapMs);
    }
  }
  start();
  return {
    update,
    settled() {
      if (stopped) return Promise.resolve();
      const done = new Promise<void>((resolve) => waiters.push(resolve));
      update();
      return done;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      for (const done of waiters) done();
      waiters = [];
    },
  };
}

/** One round. Never rejects: what went wrong is in the answer. */
async function reconcile(
  table: RouteTable,
  desired: DesiredRoutes,
): Promise<readonly RouteProblem[]> {
  const problems: RouteProblem[] = desired.unroutable.map(({ prefix, reason }) => ({
    prefix,
    reason,
  }));
  try {
    const failed = await table.apply(routeChanges(await table.list(), desired.routes));
    return [...problems, ...failed.map(explain)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [...problems, { prefix: '', reason }];
  }
}

/** The changes from what is there to what is wanted: additions first. */
export function routeChanges(
  present: readonly Route[],
  wanted: readonly Route[],
): readonly RouteChange[] {
  const there = new Map(present.map((route) => [route.prefix, route]));
  const keep = new Set(wanted.map((route) => route.prefix));
  const changes: RouteChange[] = [];
  for (const route of wanted) {
    const old = there.get(route.prefix);
    if (old?.via === route.via) continue;
    // `add` is exclusive, so a route of the same prefix that somebody else wrote is never replaced.
    changes.push({ action: old === undefined ? 'add' : 'replace', route });
  }
  for (const route of present) {
    if (!keep.has(route.prefix)) changes.push({ action: 'delete', route });
  }
  return changes;
}

function explain({ change, reason }: FailedChange): RouteProblem {
  const { prefix, via } = change.route;
  if (change.action === 'delete') return { prefix, reason: `stale route not removed: ${reason}` };
  if (/File exists/.test(reason)) {
    return {
      prefix,
      reason: `another program has a route to ${prefix}; remove it, or ours stays out`,
    };
  }
  if (/invalid gateway|unreachable|No route to host/i.test(reason)) {
    return {
      prefix,
      reason: `next hop ${via} is not on a network of this host (${reason}); host-gw needs all nodes on one link`,
    };
  }
  return { prefix, reason: `route via ${via} refused: ${reason}` };
}
