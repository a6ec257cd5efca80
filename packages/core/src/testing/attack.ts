/** S8: nothing from a stranger, and nothing untrue that a member signs, changes any state. */

import type { Input } from '../cluster/contract/index.ts';
import { estateOf, type Intent, type NodeState } from '../cluster/state/index.ts';
import { toHex } from '../crypto/index.ts';
import { applyChange } from '../estate/index.ts';
import { entryId } from '../ownership/record.ts';
import type { SimNode } from './node.ts';

/** Whole views are compared up to this many entries always, beyond it for one attack in so many. */
const smallView = 128;
const sampled = 16;

/**
 * Gives an input to a node and looks whether it changed what the node owns, what it is about to write, or
 * its view of who owns what, byte for byte. Only what is well signed (`mayEnter`) may enter the set, as void.
 */
export function attack(target: SimNode, input: Input, mayEnter: boolean = false): void {
  const { state, replica, cluster } = target;
  if (state === undefined || replica === undefined) return;
  if (target.pausedUntilMs > cluster.nowMs) return;
  const queued = state.queue.length;
  const { inFlight } = state;
  const isStarted = inFlight !== undefined;
  const { register } = state;
  const { decided } = register;
  const waiting = new Set([...state.queue, ...decided.flatMap(intentsOf)]);
  const isWhole = replica.size <= smallView || cluster.steps % sampled === 0;
  const view = viewOf(target, isWhole);
  const hash = replica.hash();
  const isNew = !mayEnter && input.type === 'gossip' && !knows(target, input);
  target.take(input);
  const isSame =
    state.register.value === register.value &&
    !state.queue.slice(queued).some((intent) => isEffective(state, intent)) &&
    (isStarted ? state.inFlight === inFlight : isOld(state, decided, waiting));
  if (!isSame) {
    cluster.violated('S8', `${target.name} is about to write something because of a lie`);
  } else if (viewOf(target, isWhole) !== view) {
    cluster.violated('S8', `${target.name} believes a lie about who owns what`);
  } else if (isNew && knows(target, input)) {
    cluster.violated('S8', `${target.name} keeps an entry with a false signature or name`);
  } else if (!mayEnter && replica.hash() !== hash) {
    cluster.violated('S8', `the set of ${target.name} grows because of a lie`);
  }
}

type Decided = NodeState['register']['decided'];

function intentsOf({ applied }: Decided[number]): readonly Intent[] {
  return applied.map(({ intent }) => intent);
}

/** True when nothing is written, or only what waited before, since the disk had refused it. */
function isOld({ inFlight }: NodeState, decided: Decided, waiting: ReadonlySet<Intent>): boolean {
  if (inFlight === undefined) return true;
  const isSame = inFlight.applied.every(({ intent }) => waiting.has(intent));
  return isSame && inFlight.decided === decided;
}

/** A change that does not apply any more is dropped before it is written. */
function isEffective(state: NodeState, intent: Intent): boolean {
  return intent.kind !== 'change' || applyChange(estateOf(state), intent.change).ok;
}

function knows(target: SimNode, input: Input): boolean {
  if (input.type !== 'gossip' || input.update instanceof Uint8Array) return false;
  return input.update.places.some(
    ({ id, entry }) => target.replica?.has(id) || target.replica?.has(entryId(entry)),
  );
}

/** Who owns what, whole, or in short: shares change with every change of hands. */
function viewOf({ replica, cluster }: SimNode, isWhole: boolean): string {
  if (isWhole) return toHex(replica?.view.canonicalBytes() ?? new Uint8Array());
  return cluster.poolNames
    .map((pool) =>
      [...(replica?.view.shares(pool) ?? [])]
        .map((share) => share.join())
        .sort()
        .join(),
    )
    .join(';');
}
