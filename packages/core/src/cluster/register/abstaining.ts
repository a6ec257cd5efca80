/**
 * Guardians that live, answer, and do not keep this node's register any more: they abstain since their disk went
 * back in time, or it went back to before they were asked. Such a one is as good as dead for its epoch; in the
 * next one it starts from what the others have decided.
 */
import type { Estate, GuardianSet } from '../../estate/index.ts';
import { type Answer, guardianKey, silentHeartbeats } from '../../register/index.ts';
import type { Turn } from '../state/index.ts';

/** Remembers what an answer says of its sender. */
export function noteFitness(
  { state, env }: Turn,
  { epoch }: GuardianSet,
  answer: Answer<Estate>,
): void {
  if (answer.epoch !== epoch) return;
  const { unfit } = state.register;
  const key = guardianKey(answer.guardian);
  const isUnfit =
    answer.type === 'refused' && (answer.because === 'abstains' || answer.because === 'unseeded');
  if (!isUnfit) unfit.delete(key);
  else if (!unfit.has(key)) unfit.set(key, env.nowMs);
}

/** True when one of them was unfit for some heartbeats: a guardian that is only late is not. */
export function hasUnfit({ state, env }: Turn, { members }: GuardianSet): boolean {
  const { register, tuning } = state;
  const beforeMs = env.nowMs - silentHeartbeats * tuning.heartbeatMs;
  return members.some((each) => {
    const sinceMs = register.unfit.get(guardianKey(each));
    return sinceMs !== undefined && sinceMs <= beforeMs;
  });
}
