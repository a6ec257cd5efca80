/** S6: joining sets is a union: in any order, any number of times, nothing lost and nothing added. */
import { equalBytes } from '../../crypto/index.ts';
import type { Replica, Update } from '../../replica/types.ts';
import type { Cluster } from '../cluster.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

/** Steps between two samples, at least; and per entry, so that a sample costs the same share at any size. */
const leastSteps = 16_384;
const stepsPerEntry = 256;
/** Updates of one replica: more is left to the next sample. */
const maxUpdates = 64;

/** Merges copies of two nodes' sets now and then, both ways round, and once more at the end. */
export function unionLaws(): Checker {
  let due = leastSteps;
  return {
    invariant: 'S6',
    says: 'joining sets is a union, in any order, any number of times',
    stepped(node) {
      const { nodes, steps } = node.cluster;
      if (steps < due) return undefined;
      const other = nodes[(steps >> 4) % nodes.length] as SimNode;
      const entries = (node.replica?.size ?? 0) + (other.replica?.size ?? 0);
      due = steps + Math.max(leastSteps, stepsPerEntry * entries);
      return brokenLaw(node, other);
    },
    settled({ nodes }) {
      for (const node of nodes) {
        const holes = node.replica && holesIn(updatesOf(node.cluster, node.replica).updates);
        if (holes !== undefined) return `${node.name} ${holes}`;
      }
      const [first, ...others] = nodes;
      const last = others.at(-1);
      return first && last && brokenLaw(first, last);
    },
  };
}

function brokenLaw(node: SimNode, other: SimNode): string | undefined {
  const { cluster } = node;
  if (node.replica === undefined || other.replica === undefined) return undefined;
  const one = updatesOf(cluster, node.replica);
  const two = updatesOf(cluster, other.replica);
  const holes = holesIn(one.updates);
  if (holes !== undefined) return `${node.name} ${holes}`;
  if (!one.isWhole || !two.isWhole) return undefined;
  if (differs(one.copy, node.replica)) {
    return `the entries of ${node.name} make another set when they come together`;
  }
  return unlikeUnion(one, two, `${node.name} and ${other.name}`);
}

/** What is wrong with the two ways to join two sets, if anything. Changes both copies. */
function unlikeUnion(one: Poured, two: Poured, whose: string): string | undefined {
  const union = new Set([...one.copy.ids(), ...two.copy.ids()]);
  // A place that a restored disk used twice keeps what came first: its other entry comes by its id.
  const isTaken = pour(two.updates, one.copy) || pour(one.updates, two.copy);
  if (isTaken) return undefined;
  if (differs(one.copy, two.copy)) return `the sets of ${whose} differ by the order of joining`;
  if (one.copy.size !== union.size) {
    return `the sets of ${whose} have ${union.size} entries, joined ${one.copy.size}`;
  }
  const hash = one.copy.hash();
  for (let again = 0; again < 2; again += 1) {
    pour(one.updates, one.copy);
    pour(two.updates, one.copy);
  }
  return hash === one.copy.hash() ? undefined : `joining the sets of ${whose} again changes them`;
}

interface Poured {
  readonly updates: readonly Update[];
  /** A new replica with just these. */
  readonly copy: Replica;
  readonly isWhole: boolean;
}

/** Everything that a replica has, as it would be sent to a newcomer. */
function updatesOf(cluster: Cluster, from: Replica): Poured {
  const [anybody] = cluster.nodes;
  const copy = cluster.replicas.empty((anybody as SimNode).signer, 'checker');
  const updates: Update[] = [];
  while (updates.length < maxUpdates) {
    const update = from.diff(copy.vector());
    if (update === undefined) return { updates, copy, isWhole: true };
    updates.push(update);
    if (copy.receive(update).update === undefined) break;
  }
  return { updates, copy, isWhole: false };
}

/** True when some place was taken by another entry. */
function pour(updates: readonly Update[], into: Replica): boolean {
  let isTaken = false;
  for (const update of updates) {
    if (into.receive(update).refused?.code === 'taken') isTaken = true;
  }
  return isTaken;
}

function differs(one: Replica, other: Replica): boolean {
  return (
    one.hash() !== other.hash() ||
    !equalBytes(one.view.canonicalBytes(), other.view.canonicalBytes())
  );
}

/** A publisher's entries stand one behind the other: who lacks one knows that it does. */
function holesIn(updates: readonly Update[]): string | undefined {
  const next = new Map<number, number>();
  for (const update of updates) {
    if (update instanceof Uint8Array) return undefined;
    for (const { client, clock } of update.places) {
      const due = next.get(client) ?? 0;
      if (clock !== due) return `has entry ${clock} of a publisher where ${due} belongs`;
      next.set(client, due + 1);
    }
  }
  return undefined;
}
