/**
 * What follows when this node's register holds something that others put there, or that an earlier start
 * of this node did.
 */
import type { Estate } from '../../estate/index.ts';
import { type Held, sameBallot, seedBallot, type Versioned } from '../../register/index.ts';
import { retryHeld } from '../accept.ts';
import { quarantine } from '../quarantine.ts';
import { blockKey } from '../state.ts';
import { raise, type Turn } from '../turn.ts';
import { feedAll } from './guarding.ts';
import { letGo } from './letGo.ts';
import { leastRestMs } from './rests.ts';

/** Takes the decided value as what this node owns. */
export function adopt(turn: Turn, held: Held<Estate>): void {
  const { ballot, cell } = held;
  const { state } = turn;
  const known = state.register.value;
  if (cell.value.sealed && held.votes !== undefined) state.register.sealedBy = held;
  const isMoved = cell.value.guardians.epoch !== known.estate.guardians.epoch;
  state.register.value = {
    ballot: isBornFrom(turn, known, held) ? known.ballot : ballot,
    estate: cell.value,
  };
  valueChanged(turn);
  if (state.booted) watchForClone(turn, cell.value);
  letGo(turn, cell.value);
  if (isMoved) retryHeld(turn);
}

/**
 * True when the own store took its register to an acceptor of its own and nothing was written since: that begins
 * under nobody's ballot, below the one under which the same value is known and stored.
 */
function isBornFrom({ state }: Turn, known: Versioned, { ballot, cell }: Held<Estate>): boolean {
  const { epoch, members = [] } = state.register.desk?.proposer.set ?? {};
  const isOwn = epoch === 1 && members.length === 1 && members[0]?.member === state.member;
  return isOwn && sameBallot(ballot, seedBallot) && cell.version === known.ballot.counter;
}

/** Another start of this member wrote to the register while this one runs: stop (rule R5). */
function watchForClone(turn: Turn, { bootNonce }: Estate): void {
  const { state } = turn;
  if (bootNonce === state.bootNonce) return;
  quarantine(turn, '', {
    code: 'clone',
    message: `another process with this node's key has started and writes to its register (start ${bootNonce}, this one is ${state.bootNonce}): this one gives out no new addresses and takes no more space; stop one of the two, and give the copy a new key with a new state directory`,
  });
}

/** What the register says that this store does not know of: it went back in time, or a copy of it ran (rule R6). */
export function checkNonce(turn: Turn, { bootNonce }: Estate): void {
  const { nonces } = turn.state;
  if (bootNonce === '' || nonces.length === 0 || nonces.includes(bootNonce)) return;
  const reason = `the register was written by a start (${bootNonce}) that this store knows nothing of`;
  feedAll(turn, { type: 'suspect', reason });
  raise(turn, '', {
    code: 'abstains',
    message: `${reason}: the disk went back in time, or a copy of it ran elsewhere. What this node owns was read from its guardians; the registers of others that it kept are given to other guardians. Make sure that no copy of this node runs`,
  });
}

/** Blocks of a forgotten member rest here; the clock starts anew at each start of the agent. */
export function valueChanged({ state, env }: Turn): void {
  const keys = new Set<string>();
  for (const { pool, prefix, use } of state.register.value.estate.holdings) {
    if (use !== 'resting') continue;
    const key = blockKey(pool, prefix);
    keys.add(key);
    const restMs = Math.max(state.tuning.restMs, leastRestMs(state));
    if (!state.rests.has(key)) state.rests.set(key, env.nowMs + restMs);
  }
  for (const key of state.rests.keys()) if (!keys.has(key)) state.rests.delete(key);
}
