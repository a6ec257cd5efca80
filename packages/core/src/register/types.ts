import type { Estate, Guardian, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { SignedRecord, SignedRegister } from '../ownership/types.ts';

/** Orders proposals: (counter, proposer, boot nonce). Compared in that order. */
export interface Ballot {
  readonly counter: number;
  readonly proposer: string;
  readonly bootNonce: string;
}

/** One guardian's vote: its signature under ballot and digest. */
export interface Vote {
  readonly guardian: Guardian;
  readonly signature: Uint8Array;
}

/** Proof that guardians decided the cell of this digest. */
export interface Proof {
  readonly ballot: Ballot;
  readonly digest: string;
  readonly votes: readonly Vote[];
}

/** Proof that the guardians of one epoch decided to stop for those of the next. */
export interface StopProof extends Proof {
  readonly next: GuardianSet;
}

/** An estate as the register holds it: the value and the ballot that decided it. */
export interface Versioned {
  readonly ballot: Ballot;
  readonly estate: Estate;
}

/**
 * What is known of everybody's registers from the proofs in the replicated set: who keeps each, and who is
 * gone for good. It only grows, and depends on the set of proofs alone, not on their order.
 */
export interface RegisterBook {
  /** Adds a proof. True when something new is believed because of it: look at uncertified records again. */
  add(entry: SignedRegister): boolean;
  /** The guardians of an owner's latest epoch that is proven; undefined before the first change of guardians. */
  latest(owner: MemberId): GuardianSet | undefined;
  /**
   * The guardians of one epoch, as proven: of several the one with the smallest text. Epoch 1 is the owner's own
   * store, which its vote in a proof of that epoch tells.
   */
  setOf(owner: MemberId, epoch: number): GuardianSet | undefined;
  /** That the guardians of an epoch stopped for others: one proof for each Stop, of several any. */
  stopsOf(owner: MemberId, epoch: number): readonly StopProof[];
  /** True for members whose estate was sealed or overridden: they left, or were forgotten. */
  isGone(member: MemberId): boolean;
  /** Members that an authority gave up, with the heir: of several the one with the smallest id. */
  readonly overridden: ReadonlyMap<MemberId, MemberId>;
  /** True for members that an authority gave up: their registers say nothing any more. */
  isOverridden(member: MemberId): boolean;
  /** The latest set that an authority gave a living owner that had lost its guardians: its own store. */
  givenBack(owner: MemberId): GuardianSet | undefined;
  /**
   * The owner of the register whose guardians, or an authority in their place, vouch for this record. It counts only where that owner had the
   * predecessors: a register vouches for what is in its own outbox.
   */
  vouchedBy(record: SignedRecord): MemberId | undefined;
}
