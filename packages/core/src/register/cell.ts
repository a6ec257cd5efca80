/**
 * What a register holds, and what the register code must know about it. The code is the same for an estate
 * and for the toy values of a model checker: it sees values through `Rules` alone.
 */
import type { Guardian, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { Ballot } from './types.ts';

/** One version of a register's content. A new version is made from the one before by changes. */
export interface Cell<V> {
  /** Counts versions: two decided cells of one version are the same cell. */
  readonly version: number;
  /** The owner's last write in here, `nonce/counter` of the ballot that it was first proposed in. */
  readonly mark: string;
  readonly value: V;
  /** Set: this is the Stop of its epoch, nothing follows but the next set seeded with it. */
  readonly next?: GuardianSet;
}

/** Names one cell of one register and epoch; equal cells have equal digests. */
export type Digest = string;

/** What an acceptor or a proposer puts its name under. */
export interface Statement {
  /** A proposer proposes; a guardian votes. */
  readonly kind: 'proposal' | 'vote';
  readonly owner: MemberId;
  readonly epoch: number;
  readonly ballot: Ballot;
  readonly digest: Digest;
  /** Who votes; absent in a proposal, where the ballot names the proposer. */
  readonly guardian?: Guardian;
}

/** What is true of the values in a register, and the signatures of whoever runs the code. */
export interface Rules<V, C> {
  /** The value after a change, or undefined when the change does not apply. */
  readonly apply: (value: V, change: C) => V | undefined;
  /** The value as the next guardians hold it. */
  readonly move: (value: V, to: GuardianSet) => V;
  readonly digest: (owner: MemberId, epoch: number, cell: Cell<V>) => Digest;
  /** Signs as the member that runs this code. */
  readonly sign: (statement: Statement) => Uint8Array;
  /** True when `signer` signed this statement. */
  readonly verify: (signer: MemberId, statement: Statement, signature: Uint8Array) => boolean;
}

/** What makes a cell's successor. */
export interface Step<C> {
  readonly changes: readonly C[];
  readonly mark: string;
  readonly next?: GuardianSet;
}

/** The cell after a step, or undefined when one of its changes does not apply. A Stop has no successor. */
export function successor<V, C>(
  rules: Rules<V, C>,
  cell: Cell<V>,
  step: Step<C>,
): Cell<V> | undefined {
  if (cell.next !== undefined) return undefined;
  let value = cell.value;
  for (const change of step.changes) {
    const changed = rules.apply(value, change);
    if (changed === undefined) return undefined;
    value = changed;
  }
  const after = { version: cell.version + 1, mark: step.mark, value };
  return step.next === undefined ? after : { ...after, next: step.next };
}

/** The first cell of an epoch: what the Stop before it says. The same for all who are seeded. */
export function seededCell<V, C>(rules: Rules<V, C>, stop: Cell<V>, to: GuardianSet): Cell<V> {
  const { version, mark, value } = stop;
  return { version: version + 1, mark, value: rules.move(value, to) };
}
