/** One block of a modelled run directory, and the steps that it takes: those of the agent's `rundir/blocks.ts`. */
import type { Cidr } from '../address/types.ts';
import type { ModelNotes } from './modelNotes.ts';
import type { RunEvent } from './runDir.ts';

/** Where the agent wants a block. */
export type Goal = 'publish' | 'withdraw' | 'close';

/** A block as its directory, its mark, and what this agent process wants of it. */
export interface ModelBlock {
  readonly block: number;
  readonly pool: string;
  readonly prefix: Cidr;
  where: 'absent' | 'open' | 'draining';
  /** Nobody removed links of it. */
  isMarked: boolean;
  /** A publication got no further than this: no container has an address of it. */
  isAside: boolean;
  /** This agent process reported the withdrawal: the next publication is a new one. */
  withdrawnHere: boolean;
  goal: Goal | undefined;
  used: number;
  freedMs: number;
}

/** Milliseconds for which a freed address is not given again. */
export const restMs = 30_000;

type Lost = Extract<RunEvent, { readonly type: 'wiped' }>['lost'];
/** What a step comes to: an event, or nothing to tell. */
type Step = 'closed' | 'waiting' | Exclude<RunEvent, { readonly type: 'usage' }>;

/** The next step towards the goal. */
export function advance(each: ModelBlock, notes: ModelNotes, nowMs: number): Step {
  if (each.where !== 'absent' && !each.isMarked) {
    each.where = 'draining';
    return wiped(each, 'entries');
  }
  if (each.goal === 'withdraw') return withdraw(each, notes, nowMs);
  if (each.goal === 'close') return close(each, notes);
  const note = notes.get(each.block);
  // An earlier process had begun to take it away: that is finished first.
  if (note === 'draining') return withdraw(each, notes, nowMs);
  if (note === 'removed' && !each.withdrawnHere) return withdraw(each, notes, nowMs);
  if (note === 'closed' || each.where === 'draining') return withdraw(each, notes, nowMs);
  const gone = each.where === 'absent' ? lost(each, notes) : undefined;
  if (gone !== undefined) return gone;
  each.isAside = each.where === 'absent';
  if (!notes.set(each.block, 'open')) return 'waiting';
  each.isAside = false;
  each.isMarked = true;
  each.where = 'open';
  return { type: 'published', pool: each.pool, prefix: each.prefix };
}

/** A block that is nowhere: undefined when nobody can have an address of it. */
function lost(each: ModelBlock, notes: ModelNotes): Step | undefined {
  const note = notes.get(each.block);
  if (each.isAside || note === 'removed') return undefined;
  if (note !== undefined || each.isMarked) return wiped(each, 'block');
  return notes.isDirectoryLost ? wiped(each, 'notes') : undefined;
}

function withdraw(each: ModelBlock, notes: ModelNotes, nowMs: number): Step {
  if (each.where === 'absent') return absent(each, notes);
  const isOut = notes.get(each.block) === 'removed';
  if (!notes.set(each.block, isOut ? 'removed' : 'draining')) return 'waiting';
  each.where = 'draining';
  if (each.used > 0 || nowMs < each.freedMs + restMs) return 'waiting';
  if (!notes.set(each.block, 'removed')) return 'waiting';
  return withdrawn(each);
}

function close(each: ModelBlock, notes: ModelNotes): Step {
  const note = notes.get(each.block);
  if (each.where === 'absent') {
    const isNew = note === undefined && lost(each, notes) === undefined;
    return isNew ? 'closed' : absent(each, notes);
  }
  const next = note === 'draining' || note === 'removed' ? note : 'closed';
  // Moved first: a database that refuses the note must not keep it open.
  each.where = 'draining';
  return notes.set(each.block, next) ? 'closed' : 'waiting';
}

function absent(each: ModelBlock, notes: ModelNotes): Step {
  const gone = lost(each, notes);
  if (gone !== undefined) return gone;
  const isNoted = notes.get(each.block) !== undefined;
  return isNoted && !notes.set(each.block, 'removed') ? 'waiting' : withdrawn(each);
}

function withdrawn(each: ModelBlock): Step {
  each.where = 'absent';
  each.isAside = false;
  each.isMarked = false;
  return { type: 'withdrawn', pool: each.pool, prefix: each.prefix };
}

function wiped({ pool, prefix }: ModelBlock, what: Lost): Step {
  return { type: 'wiped', pool, prefix, lost: what };
}
