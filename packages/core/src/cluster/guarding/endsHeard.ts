/**
 * What a guardian says and does because it hears an owner whose end others propose.
 *
 * Guarantees: it votes for no end of an owner that it hears, unless that end has come already; and whoever asks learns
 * that before it proposes any. Example: an operator's node is cut off from X and keeps X's register itself. Proposed at
 * once, the end would be accepted there and refused by all others; X would find it at its next write, and finish it.
 */
import type { Change, Estate } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import {
  type AcceptorState,
  type Answer,
  type Ask,
  silentHeartbeats,
} from '../../register/index.ts';
import { isTalking } from '../members/index.ts';
import type { Turn } from '../state/index.ts';

type Kept = AcceptorState<Estate, Change>;

/**
 * True for a proposal of somebody else that ends the register of an owner that is heard here. Where this guardian
 * accepted an end before, or where one is proven, it has ended already: that is voted for again, or nobody could finish
 * what is left. An end that only other guardians accepted waits until its owner finishes it or nobody hears that.
 */
export function endsHeard(
  turn: Turn,
  from: MemberId,
  ask: Ask<Estate, Change>,
  kept: Kept,
): boolean {
  if (ask.type !== 'accept' || from === ask.owner || !isEnd(ask.body)) return false;
  if (turn.env.replica.registers.isGone(ask.owner)) return false;
  return kept.record.accepted?.cell.value.sealed !== true && isHeard(turn, ask.owner, kept);
}

function isEnd(body: Extract<Ask<Estate, Change>, { type: 'accept' }>['body']): boolean {
  if (body.kind === 'step') return body.step.changes.some(({ kind }) => kind === 'seal');
  return body.kind === 'whole' && body.cell.value.sealed === true;
}

/** True when this guardian hears an owner, itself or as its acceptor counts heartbeats. */
function isHeard(turn: Turn, owner: MemberId, { heard }: Kept): boolean {
  return isTalking(turn, owner) || (heard !== undefined && heard.silent < silentHeartbeats);
}

/** A promise to somebody else tells whether the owner is heard here. */
export function withHeard(
  turn: Turn,
  to: MemberId,
  answer: Answer<Estate>,
  kept: Kept,
): Answer<Estate> {
  const { type, owner } = answer;
  if (type !== 'promise' || to === owner || !isHeard(turn, owner, kept)) return answer;
  return { ...answer, heard: true };
}

/** The guardian that says with this answer that it hears the owner. */
export function hearer(from: MemberId, answer: Answer<Estate>): MemberId | undefined {
  const isRefused = answer.type === 'refused' && answer.because === 'heard';
  const isSaid = isRefused || (answer.type === 'promise' && answer.heard === true);
  return isSaid && answer.guardian.member === from ? from : undefined;
}
