/** Opens a case of recovery: work on the register of a member that is silent or gone. */
import type { Change, Guardian, GuardianSet } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { isGivenUp, keptNow } from '../guarding/index.ts';
import { openDesk } from '../proposing/index.ts';
import type { CareKind, Turn } from '../state/index.ts';

/** Starts to care for a register; false when nobody but its owner ever kept it. Waits `delayMs` first. */
export function startCare(
  turn: Turn,
  owner: MemberId,
  kind: CareKind,
  options: { readonly now?: boolean; readonly delayMs?: number } = {},
): boolean {
  const { state, env } = turn;
  const known = state.cares.get(owner);
  if (known !== undefined && (kind !== 'forget' || known.kind === 'forget')) return true;
  const set =
    keptNow(turn, owner)?.record.set ??
    env.replica.registers.latest(owner) ??
    (kind === 'final' ? ownStore(turn, owner) : undefined);
  if (set === undefined || owner === state.member || isGivenUp(state, owner)) return false;
  const nonce = `${state.bootNonce}.${state.nextCare++}`;
  state.cares.set(owner, {
    owner,
    kind,
    desk: openDesk(turn, owner, nonce, set),
    now: options.now ?? false,
    nextAtMs: env.nowMs + (options.delayMs ?? 0),
    pauseMs: state.tuning.registerMs,
    failures: 0,
    hearing: new Set(),
    held: undefined,
  });
  return true;
}

/** A member that left before others kept its register ended it in its own store: that can be asked while it still runs. */
function ownStore({ env }: Turn, owner: MemberId): GuardianSet | undefined {
  const store = env.replica.members.get(owner)?.store;
  if (store === undefined || !env.replica.registers.isGone(owner)) return undefined;
  return { epoch: 1, members: [{ member: owner, store }] };
}

/** The next thing to do. */
export type Deed =
  | { readonly kind: 'write'; readonly changes: readonly Change[] }
  | { readonly kind: 'move'; readonly members: readonly Guardian[] }
  | { readonly kind: 'wait'; readonly reason: string }
  /** What an operator wants is not done. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'done'; readonly heir?: MemberId };

/** The longest pause before another look, in heartbeats. */
const longestPause = 8;

/** What others have to do first may take for ever: each look costs a round of all guardians. */
export function longestPauseMs({ state: { tuning } }: Turn): number {
  return Math.max(tuning.registerMaxMs, longestPause * tuning.heartbeatMs);
}
