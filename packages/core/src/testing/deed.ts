/**
 * Things that are done to a cluster, by name: faults, and what operators and containers do. A deed is
 * played from an action, which is nothing but whole numbers; what they point at is looked up when the
 * action is due, so that an action still means something when others were taken away.
 */
import type { SignedRecord } from '../ownership/types.ts';
import type { Cluster } from './cluster.ts';
import type { FaultName, Faults } from './faults.ts';
import type { SimNode } from './node.ts';
import { Random } from './random.ts';
import type { Action } from './types.ts';

/** One kind of thing that can be done. */
export interface Deed {
  /** A fault's name, or a name of your own. */
  readonly name: string;
  /** Times a node and hour. A fault's rate comes from the run's faults. */
  readonly hourly: (faults: Faults, random: Random) => number;
  /** Draws the numbers of one action. */
  draw(random: Random): readonly number[];
  /** Does it, and says so in a few words. Undefined: there was nothing to do it to. */
  play(cluster: Cluster, args: readonly number[]): string | undefined;
}

/** The rate that a run's faults give to a fault. */
export function rateOf(name: FaultName): (faults: Faults) => number {
  return (faults) => faults[name] ?? 0;
}

/** The node that a number points at. */
export function nodeAt(cluster: Cluster, pick: number | undefined): SimNode {
  return cluster.nodes[(pick ?? 0) % cluster.nodes.length] as SimNode;
}

/** A grant that stands in an outbox. */
export interface GrantUnderWay {
  readonly from: SimNode;
  readonly to: SimNode;
  readonly record: SignedRecord;
}

/** All grants that are not acknowledged yet. */
export function grantsUnderWay(cluster: Cluster): readonly GrantUnderWay[] {
  return cluster.nodes.flatMap((from) =>
    from.disk.register.estate.outbox.flatMap(({ to, record }) =>
      cluster.nodesOf(to).map((receiver) => ({ from, to: receiver, record })),
    ),
  );
}

/** Gives actions in the order of time. */
export interface ActionSource {
  next(): Action | undefined;
}

/** Actions by chance: a Poisson process for each deed, over all nodes. */
export function randomActions(
  deeds: readonly Deed[],
  faults: Faults,
  script: { readonly seed: number; readonly nodes: number; readonly lastsMs: number },
): ActionSource {
  const random = new Random(script.seed, 2);
  const rates = deeds.map((deed) => deed.hourly(faults, random) * script.nodes);
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  let atMs = 0;
  return {
    next() {
      atMs += total === 0 ? Number.POSITIVE_INFINITY : random.wait(3_600_000 / total);
      if (atMs > script.lastsMs) return undefined;
      let point = random.next() * total;
      const at = rates.findIndex((rate) => {
        point -= rate;
        return point < 0;
      });
      const deed = deeds.at(at) as Deed;
      return { atMs: Math.round(atMs * 1000) / 1000, deed: deed.name, args: deed.draw(random) };
    },
  };
}

/** These actions. */
export function listedActions(actions: readonly Action[]): ActionSource {
  let at = 0;
  return { next: () => actions[at++] };
}
