/** What a proposer knows and wants: plain data, cheap to copy. */
import type { GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { Cell, Digest } from './cell.ts';
import type { Answer, Ask, Body, Equivocation, Report, Seed } from './messages.ts';
import type { Ballot, StopProof, Vote } from './types.ts';

/** A cell, its name, and the ballot that decided it. */
export interface Held<V> {
  readonly ballot: Ballot;
  readonly digest: Digest;
  readonly cell: Cell<V>;
  /** In an outcome: who voted for it, where this proposer saw them vote. The stuff of certificates. */
  readonly votes?: readonly Vote[];
}

/** What a write sent out last: how it knows itself again. */
export interface Sent {
  readonly digest: Digest;
  readonly version: number;
  readonly mark: string;
}

/** What a proposer is asked for. */
export type Goal<C> =
  /** With `proof` the guardians vote on what was read, though it is decided: for a certificate. */
  | { readonly kind: 'read'; readonly proof?: true }
  /** With `base` a compare-and-set; without, the changes apply to whatever is there. */
  | {
      readonly kind: 'write';
      readonly changes: readonly C[];
      readonly base?: Digest;
      readonly sent?: Sent;
    }
  /** `ready`: all of the next guardians have said that they know of the register. */
  | { readonly kind: 'move'; readonly next: GuardianSet; readonly ready?: true };

/** How the goal ends once the cell of this round is decided. */
export type Verdict = 'decided' | 'conflict' | 'uncertain';

/** Where a proposer stands. Guardians are keys of `guardianKey`, so that none counts twice. */
export type Phase<V, C> =
  | { readonly kind: 'idle' }
  /** Outbid: waits for a timeout, then tries a higher ballot. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'enlisting'; readonly ready: readonly string[] }
  | {
      readonly kind: 'preparing';
      readonly ballot: Ballot;
      readonly promises: Readonly<Record<string, Report<V>>>;
      readonly outbid: readonly string[];
    }
  | {
      readonly kind: 'accepting';
      readonly held: Held<V>;
      readonly body: Body<V, C>;
      readonly votes: Readonly<Record<string, Vote>>;
      readonly outbid: readonly string[];
      readonly verdict: Verdict;
    }
  | { readonly kind: 'seeding'; readonly seeded: readonly string[] };

/** A proposer of one register: its owner, an heir, or a guardian. */
export interface ProposerState<V, C> {
  readonly owner: MemberId;
  readonly member: MemberId;
  /** Fresh at each start: no ballot is ever used by two starts. */
  readonly bootNonce: string;
  /** The guardians as far as this proposer knows. Members are never empty. */
  readonly set: GuardianSet;
  /** The highest ballot counter seen or used. */
  readonly highest: number;
  /** A ballot that a quorum has promised us and that holds `current`: one accept needs no prepare. */
  readonly standing?: Ballot;
  /** The last decided cell that is known. */
  readonly current?: Held<V>;
  /** What seeds the guardians of `set` that were not reached yet. */
  readonly seed?: Seed<V>;
  /** Stops of `set` that are proven: one guardian that has such a cell, or the one before it, is enough to go on. */
  readonly stops?: readonly StopProof[];
  readonly goal?: Goal<C>;
  /** Guardians that were seeded in this round since the last timeout, and asked again after that: once each. */
  readonly helped?: Readonly<Record<string, 'seeded' | 'asked'>>;
  readonly phase: Phase<V, C>;
  /** Rounds and timeouts of this goal so far. */
  readonly tries: number;
}

/**
 * How a goal ended.
 * - `decided`: ours is decided, durably; `value` is the register's value, ours or what others put on top.
 * - `conflict`: another value was decided; it is here, ours was not. Nothing of ours happened.
 * - `uncertain`: others have written since, over ours or without it.
 * - `unreachable`: no quorum answered; ours may be decided all the same.
 * - `frozen`: one proposer signed two values under one ballot; the register takes nothing any more.
 */
export type ProposerOutcome<V> =
  | { readonly kind: Verdict; readonly value: Held<V> }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'frozen'; readonly proof: Equivocation };

/** What a proposer does: messages, to be sent in any order. */
export interface ProposerEffect<V, C> {
  readonly type: 'send';
  readonly to: MemberId;
  readonly message: Ask<V, C>;
}

/** Where one step of a proposer leads. `outcome` is set when the goal has ended. */
export interface ProposerStep<V, C> {
  readonly state: ProposerState<V, C>;
  readonly effects: readonly ProposerEffect<V, C>[];
  readonly outcome?: ProposerOutcome<V>;
}

/** What happens to a proposer. `from` is the authenticated sender. */
export type ProposerInput<V> =
  | { readonly type: 'answer'; readonly from: MemberId; readonly answer: Answer<V> }
  | { readonly type: 'timeout' };
