/** Shapes of what is under way about registers: a proposer at work, a case of recovery, a census. */
import type { Change, Estate } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { Held, ProposerState } from '../../register/index.ts';
import type { CensusAnswer, CensusOf, Stuck } from '../contract/index.ts';

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
  /** Guardians that hear the owner, as they said since the last look began. */
  hearing: ReadonlySet<MemberId>;
  /** The last decided cell that was read. */
  held: Held<Estate> | undefined;
}

/** The last state of a register whose owner is gone: what it had accepted, and the proof that it ended. */
export interface Final {
  readonly in: Readonly<Record<MemberId, number>>;
  readonly certificate: Uint8Array;
}

/** A census at work. */
export interface Census {
  /** As the operator said it; those of them that are gone already need no heir. */
  readonly named: readonly MemberId[];
  readonly owners: readonly MemberId[];
  /** `--now`: nothing rests. */
  readonly now: boolean;
  readonly deadlineMs: number;
  /** When those are asked again that have not answered. */
  nextAtMs: number;
  /** Living members whose registers are being given back to them. */
  stuck: readonly Stuck[];
  answers: Map<MemberId, CensusAnswer>;
  /** Set once all is signed: how many grants this node has taken from each owner when it has everything. */
  inherits: ReadonlyMap<MemberId, number> | undefined;
}

/** A census of `from` that this node answers. */
export interface Counting {
  readonly from: MemberId;
  readonly of: CensusOf;
  readonly sinceMs: number;
  isAnswered: boolean;
  /** Acceptors that do not abstain yet are told to from then on. */
  fencesAtMs: number;
}

/** What a node has to do with censuses. */
export interface Censuses {
  /** The one that this node, an authority, takes. */
  taken: Census | undefined;
  /** The one that this node answers, or answered last. */
  answered: Counting | undefined;
  /** Hash of what was left of members given up when this node took the last one by itself. */
  leftovers: string;
  /** Members whose last try to be forgotten failed, though a quorum of their guardians may seem to be in reach. */
  readonly vain: Set<MemberId>;
}

/** None yet. */
export function noCensuses(): Censuses {
  return { taken: undefined, answered: undefined, leftovers: '', vain: new Set() };
}
