import type { Change, Estate } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { Held, ProposerState } from '../../register/index.ts';

/** A proposer at work on one register, with its pace. */
export interface Desk {
  proposer: ProposerState<Estate, Change>;
  /** When guardians that have not answered are asked again; undefined while no goal is in work. */
  timeoutAtMs: number | undefined;
  pauseMs: number;
  /** Guardians that never got the value of an epoch, though the Stop before it is proven. */
  unseeded: { readonly epoch: number; readonly guardians: Set<string> };
}

/**
 * Why somebody else's register is worked on.
 * - `collect`: something for us waits in it.
 * - `reclaim`: its owner is silent; its reserve comes to us.
 * - `forget`: an operator says that its owner is off for good; everything comes to us.
 * - `settle`: what its owner was giving away is delivered or taken back; its guardians are replaced.
 * - `final`: its owner is gone; how far it had accepted.
 */
export type CareKind = 'collect' | 'reclaim' | 'forget' | 'settle' | 'final';

/** What is being done about the register of one member. */
export interface Care {
  readonly owner: MemberId;
  kind: CareKind;
  readonly desk: Desk;
  /** `forget --now`: nothing rests. */
  readonly now: boolean;
  /** Goes on at this time; undefined while guardians are asked. */
  nextAtMs: number | undefined;
  /** Pause before it is looked again whether what is waited for is there; doubles. */
  pauseMs: number;
  /** Goals that ended without success. */
  failures: number;
  /** The last decided cell that was read. */
  held: Held<Estate> | undefined;
}

/** The last state of a register whose owner is gone: what it had accepted, and the proof that it ended. */
export interface Final {
  readonly in: Readonly<Record<MemberId, number>>;
  readonly certificate: Uint8Array;
}
