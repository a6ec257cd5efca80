/** Runs a script: faults for a while, then healing, then the promises about a cluster left in peace. */

import { allCheckers } from './checkers/all.ts';
import { Cluster } from './cluster.ts';
import { type ActionSource, type Deed, listedActions, randomActions } from './deed.ts';
import { allDeeds } from './deeds/all.ts';
import { codeOf } from './history.ts';
import { mixTuning } from './mix.ts';
import { type Fates, listedFates, type NetFault, randomFates } from './network.ts';
import type { Action, ClusterOptions, Script, Violation } from './types.ts';

/** What came out of a run. */
export interface Outcome {
  /** The first broken promise, or undefined when all were kept. */
  readonly violation: Violation | undefined;
  /** 16 hex digits: equal hashes mean equal histories. */
  readonly hash: string;
  /** Inputs that nodes carried through. */
  readonly steps: number;
  /** Virtual time that passed, milliseconds. */
  readonly simulatedMs: number;
  /** The same run as a list of what was done: replays without chance. Runs a random script once more. */
  readonly listed: Script;
  /** As the run left it. */
  readonly cluster: Cluster;
}

/** How long a healed cluster gets to settle, milliseconds; then come probes and a quiet watch. */
export const settleMs = 1_200_000;

/** As many steps are a storm, whatever was done to the cluster. */
function stormSteps({ nodes, lastsMs }: Script): number {
  return 400_000 + nodes * (lastsMs / 1_000) * 40;
}

/** What was done in a run. */
interface Played {
  readonly actions: Action[];
  readonly net: NetFault[];
}

/** Runs a script from its start to the last promise, or to the first violation. */
export function simulate(script: Script, options: ClusterOptions = {}): Outcome {
  const cluster = run(script, options, undefined);
  return {
    violation: cluster.violation,
    hash: cluster.history.hash,
    steps: cluster.steps,
    simulatedMs: cluster.nowMs,
    get listed() {
      return list(script, options);
    },
    cluster,
  };
}

/** Long runs do a lot that nobody asks for: the list is made by running the script once more. */
function list(script: Script, options: ClusterOptions): Script {
  if (!('faults' in script.events)) return script;
  const played: Played = { actions: [], net: [] };
  run(script, { ...options, isTraced: false }, played);
  const writeErrors = script.events.faults.writeError ?? 0;
  return { ...script, events: { ...played, writeErrors } };
}

function run(script: Script, options: ClusterOptions, played: Played | undefined): Cluster {
  const all = { checkers: allCheckers, ...mixTuning(script.seed), ...options };
  const cluster = new Cluster(script.seed, script.nodes, all);
  const { events } = script;
  const deeds = options.deeds ?? allDeeds;
  const isRandom = 'faults' in events;
  const fates: Fates = isRandom ? randomFates(script.seed, events.faults) : listedFates(events.net);
  const source = isRandom
    ? randomActions(deeds, events.faults, script)
    : listedActions(events.actions);
  cluster.links.fates = fates;
  const writeErrors = isRandom ? (events.faults.writeError ?? 0) : events.writeErrors;
  for (const node of cluster.nodes) node.writeErrors = writeErrors;
  cluster.links.struck = played?.net;
  const maxSteps = Math.min(options.maxSteps ?? Number.POSITIVE_INFINITY, stormSteps(script));
  const { untilMs = Number.POSITIVE_INFINITY } = options;
  const lastsMs = Math.min(script.lastsMs, untilMs);
  const play = { deeds, source, lastsMs, maxSteps, played: played?.actions };
  if (playAll(cluster, play) && untilMs >= script.lastsMs) finish(cluster, stormSteps(script));
  if (cluster.steps >= stormSteps(script)) {
    cluster.violated('L4', `${cluster.steps} steps in ${cluster.nowMs / 1000} seconds: a storm`);
  }
  return cluster;
}

interface Play {
  readonly deeds: readonly Deed[];
  readonly source: ActionSource;
  readonly lastsMs: number;
  readonly maxSteps: number;
  readonly played: Action[] | undefined;
}

function playAll(cluster: Cluster, { deeds, source, lastsMs, maxSteps, played }: Play): boolean {
  const byName = new Map(deeds.map((deed) => [deed.name, deed]));
  for (let action = source.next(); action !== undefined; action = source.next()) {
    if (action.atMs > lastsMs) break;
    if (!cluster.runUntil(action.atMs, maxSteps)) return cluster.violation === undefined;
    cluster.tried.add(action.deed);
    const said = byName.get(action.deed)?.play(cluster, action.args);
    if (said === undefined) continue;
    played?.push(action);
    cluster.injected(action.deed);
    cluster.history.add(cluster.nowMs, codeOf(action.deed), 0);
    cluster.history.say(cluster.nowMs, () => `— ${said}`);
    if (cluster.violation !== undefined) return false;
  }
  return cluster.runUntil(lastsMs, maxSteps) || cluster.violation === undefined;
}

/** How long it takes at most until all that nobody will hear of again count as silent. */
function reclaimDueMs({ nodes }: Cluster): number {
  if (!nodes.some(({ isGone }) => isGone)) return 0;
  return Math.max(0, ...nodes.map(({ state }) => state?.tuning.reclaimMs ?? 0));
}

/** Healing, a time to settle, a wish on each node, and a time of quiet. */
function finish(cluster: Cluster, most: number): void {
  cluster.heal();
  if (!cluster.runUntil(cluster.nowMs + reclaimDueMs(cluster) + settleMs, most)) return;
  for (const node of cluster.nodes) {
    node.containers.lookAtAll();
    for (const pool of cluster.poolNames) node.take({ type: 'wanted', pool });
  }
  if (!cluster.runUntil(cluster.nowMs + settleMs / 2, most)) return;
  cluster.quiet = { sent: cluster.links.sent, steps: cluster.steps, sinceMs: cluster.nowMs };
  if (!cluster.runUntil(cluster.nowMs + settleMs / 2, most)) return;
  cluster.settled();
}
