/**
 * This node's part in a census of an authority: it gives up the owners, and tells what it has.
 *
 * Guarantees: it answers once nothing of the owners can come to it any more. Its register refuses grants of theirs,
 * what was on its way to them counts as theirs and is in the set, its acceptors for them say nothing for ever,
 * and nothing that it is still doing could bring a record of theirs into the set.
 */
import { encode } from 'cborg';
import { sha256Hex } from '../../crypto/bytes.ts';
import { acknowledgedCounter, isShut } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { type CensusAnswer, type CensusOf, type Dealings, maxCounted } from '../contract/index.ts';
import { feed, latestKept } from '../guarding/index.ts';
import { isReachable, knownMembers } from '../members/index.ts';
import { isStuck, ownStuck } from '../register/index.ts';
import { type Counting, estateOf, type NodeState, send, type Turn } from '../state/index.ts';
import { intend, isOnItsWay } from '../writes/index.ts';

/** Why an acceptor abstains. */
const reason = 'census';

/** A census of another authority is refused for so long after one was answered: two would cross. Milliseconds. */
const apartMs = 60_000;

/**
 * An authority counts. Repeated until it is answered. What this node asks itself is answered by what is returned, here
 * or later by `countDue`; others get a message.
 */
export function onCensus(
  turn: Turn,
  from: MemberId,
  { owners, stuck }: CensusOf,
): CensusAnswer | undefined {
  const { state, env } = turn;
  if (!state.genesis.authorities.includes(from) || env.replica.registers.isGone(from))
    return undefined;
  if (state.quarantined || state.hasLeft) return undefined;
  const of = { owners, stuck };
  const isNew = (each: MemberId): boolean => !env.replica.registers.isOverridden(each);
  const heard = owners.find((each) => isNew(each) && isReachable(state, each));
  if (heard !== undefined) {
    return answer(turn, from, {
      ...refusal(of),
      problem: `${state.member} is connected to ${heard}`,
    });
  }
  const counting = state.censuses.answered;
  const isOther = counting !== undefined && counting.from !== from;
  if (isOther && env.nowMs - counting.sinceMs < apartMs) {
    return answer(turn, from, {
      ...refusal(of),
      problem: `${counting.from} is at a census as well`,
    });
  }
  state.censuses.answered = {
    from,
    of,
    sinceMs: env.nowMs,
    fencesAtMs: env.nowMs,
    isAnswered: false,
  };
  return undefined;
}

/** Does what is left, and answers when nothing is. Called in every step; returns the answer to this node itself. */
export function countDue(turn: Turn): CensusAnswer | undefined {
  const { state } = turn;
  const counting = state.censuses.answered;
  if (counting === undefined || counting.isAnswered) return undefined;
  const { owners, stuck } = counting.of;
  for (const { member } of [...stuck, ...owners.map((member) => ({ member }))]) {
    state.cares.delete(member);
  }
  if (!areFenced(turn, counting)) return undefined;
  if (isOnItsWay(state, ({ kind }) => kind === 'publish' || kind === 'republish')) return undefined;
  const isLost = isStuck(turn, owners);
  if (!isLost && (!state.booted || !isOut(turn, owners))) return undefined;
  counting.isAnswered = true;
  return answer(
    turn,
    counting.from,
    isLost
      ? { ...count(turn, counting.of, false), own: ownStuck(state) }
      : count(turn, counting.of, true),
  );
}

/** The acceptors of all of them abstain, durably. A disk that refuses is asked again after a pause, not in every step. */
function areFenced(turn: Turn, counting: Counting): boolean {
  const { state, env } = turn;
  const { owners, stuck } = counting.of;
  const isDue = env.nowMs >= counting.fencesAtMs;
  let areAll = true;
  for (const [key, { record, flight }] of state.acceptors) {
    const { owner, set } = record;
    const ends = stuck.some(({ member, epoch }) => member === owner && set.epoch <= epoch);
    if (!ends && !owners.includes(owner)) continue;
    if (record.abstains !== undefined || record.frozen !== undefined) continue;
    areAll = false;
    if (!isDue || flight?.record.abstains !== undefined) continue;
    counting.fencesAtMs = env.nowMs + state.tuning.persistRetryMs;
    feed(turn, key, { type: 'suspect', reason });
  }
  return areAll;
}

/** The owners are shut out of our register, and nothing that concerns them is still under way. */
function isOut(turn: Turn, owners: readonly MemberId[]): boolean {
  const { state } = turn;
  const estate = estateOf(state);
  const missing = owners.filter((owner) => !isShut(estate, owner));
  for (const member of missing) {
    const isComing = isOnItsWay(
      state,
      ({ kind, ...rest }) =>
        kind === 'change' &&
        'change' in rest &&
        rest.change.kind === 'shut' &&
        rest.change.member === member,
    );
    if (!isComing) intend(turn, { kind: 'change', change: { kind: 'shut', member } });
  }
  if (missing.length > 0 || estate.unpublished !== undefined) return false;
  return state.register.decided.length === 0 && state.register.writing === undefined;
}

function count(turn: Turn, of: CensusOf, isDone: boolean): CensusAnswer {
  const { state } = turn;
  const estate = estateOf(state);
  const held = estate.holdings.map(({ pool, prefix }) => ({ pool, prefix }));
  const leaving = estate.outbox.map(({ to, record: { body } }) => ({
    pool: body.pool,
    prefix: body.prefix,
    to,
  }));
  const dealings = dealingsOf(state, of);
  const most = Math.max(held.length, leaving.length, dealings.length);
  if (most > maxCounted) {
    return {
      ...refusal(of),
      problem: `${state.member} has ${most} pieces to tell, more than the ${maxCounted} that an answer can hold`,
    };
  }
  const owned = ownedHash(turn, of);
  return { ...of, isShut: isDone, held, leaving, dealings, owned };
}

/** With those that are stuck; of one that is stuck itself with everybody. */
function dealingsOf(state: NodeState, { stuck }: CensusOf): readonly Dealings[] {
  const estate = estateOf(state);
  const isAbout = (member: MemberId): boolean => stuck.some((each) => each.member === member);
  const all = new Set([...Object.keys(estate.in), ...Object.keys(estate.out)]);
  return [...all]
    .filter((member) => stuck.length > 0 && (isAbout(state.member) || isAbout(member)))
    .map((member) => ({
      member,
      out: estate.out[member] ?? 0,
      given: acknowledgedCounter(estate, member),
      taken: estate.in[member] ?? 0,
    }));
}

/** Names who lives, what these members own and in which epochs the stuck are, as it is known here: equal answers have equal hashes. */
export function ownedHash(turn: Turn, { owners, stuck }: CensusOf): string {
  const { view, registers } = turn.env.replica;
  const members = [...owners, ...stuck.map(({ member }) => member)].sort();
  const pieces = members.map((member) => [
    member,
    [...view.ownedBy(member)]
      .map(({ pool, prefix, version, record }) => `${pool} ${prefix} ${version} ${record}`)
      .sort(),
  ]);
  const epochs = stuck.map(({ member }) => {
    const kept = latestKept(turn.state, member)?.record.set.epoch ?? 1;
    return Math.max(kept, registers.latest(member)?.epoch ?? 1);
  });
  return sha256Hex(encode([knownMembers(turn), pieces, epochs]));
}

function refusal(of: CensusOf): CensusAnswer {
  return { ...of, isShut: false, held: [], leaving: [], dealings: [], owned: '' };
}

function answer(turn: Turn, to: MemberId, given: CensusAnswer): CensusAnswer | undefined {
  if (to === turn.state.member) return given;
  send(turn, to, { type: 'censusAnswer', ...given });
  return undefined;
}
