/**
 * `forget --unsafe`: members whose registers have no quorum left are given up by an authority, after a census of all
 * living members. This node asks them, and takes what the view says the owners had and nobody answers to have.
 *
 * Guarantees: nothing is taken before every living member has answered, refuses the owners for ever, and sees the
 * owners' space in its own view as this node does. So whatever came to a living member from an owner, directly or
 * through others, is in an answer or is not the owners' in any view. Living members that lost their own guardians get
 * their registers back first. A census that ended early is simply done again.
 */
import type { MemberId } from '../../membership/types.ts';
import { encodeOverride, signOverride } from '../../register/index.ts';
import type { CensusAnswer, CensusOf, Input, Stuck } from '../contract/index.ts';
import { isPublishing, publishProof } from '../guarding/index.ts';
import { askForDiff } from '../replication/index.ts';
import type { Census } from '../state/index.ts';
import { estateOf, send, type Turn } from '../state/index.ts';
import { isOnItsWay } from '../writes/index.ts';
import { contradiction } from './contradiction.ts';
import { inheritFrom } from './inheritance.ts';
import { countedMembers, isLast, unsafeProblem } from './mayTake.ts';
import { onCensus, ownedHash } from './witness.ts';

type Forget = Extract<Input, { type: 'forget' }>;

/** Living members that have not answered after this long end the census. Milliseconds. */
const patienceMs = 45_000;

/** An operator gives members up whose registers have no quorum left. */
export function onForgetUnsafe(turn: Turn, { member, others = [], now }: Forget): void {
  const { state } = turn;
  const named = [...new Set([member, ...others])].sort();
  const problem = unsafeProblem(turn, named);
  if (problem !== undefined) {
    for (const each of named) tellEnd(turn, each, 'refused', `${problem}; nothing was changed`);
    return;
  }
  if (isLast(turn, named)) state.needsWord = false;
  // Whoever is gone has its heir; what is left to do is to give registers back that it was a guardian of.
  const { registers } = turn.env.replica;
  const owners = named.filter((each) => !registers.isGone(each) || registers.isOverridden(each));
  startCensus(turn, named, owners, now);
}

/** Begins to ask. `named`: whose end is told. */
export function startCensus(
  { state, env }: Turn,
  named: readonly MemberId[],
  owners: readonly MemberId[],
  now: boolean,
): void {
  state.censuses.taken = {
    named,
    owners,
    now,
    deadlineMs: env.nowMs + patienceMs,
    nextAtMs: env.nowMs,
    stuck: [],
    answers: new Map(),
    inherits: undefined,
  };
}

/** A living member answers. */
export function onCensusAnswer(turn: Turn, from: MemberId, answer: CensusAnswer): void {
  const census = turn.state.censuses.taken;
  if (census === undefined || census.inherits !== undefined) return;
  if (!isAbout(answer, census)) return;
  if (answer.problem !== undefined) return fail(turn, census, answer.problem);
  census.answers.set(from, answer);
}

/** What this node answers to its own census. */
export function answerOwn(turn: Turn, answer: CensusAnswer | undefined): void {
  if (answer !== undefined) onCensusAnswer(turn, turn.state.member, answer);
}

function isAbout(answer: CensusOf, { owners, stuck }: Census): boolean {
  const keys = (of: CensusOf): string =>
    [...of.owners, '', ...of.stuck.flatMap(({ member, epoch }) => [member, epoch])].join(' ');
  return keys(answer) === keys({ owners, stuck });
}

/** Asks again, goes on when all have answered, gives up when it takes too long. Called in every step. */
export function censusDue(turn: Turn): void {
  const { state, env } = turn;
  const census = state.censuses.taken;
  if (census === undefined) return;
  if (census.inherits !== undefined) return finish(turn, census, census.inherits);
  const counted = countedMembers(turn, census.owners);
  if (env.nowMs >= census.deadlineMs) {
    const silent = counted.filter((member) => !census.answers.has(member));
    const who = silent.length > 0 ? silent.join(', ') : 'some members';
    return fail(turn, census, `no complete answer came from ${who}`);
  }
  if (env.nowMs >= census.nextAtMs) {
    census.nextAtMs = env.nowMs + 2 * state.tuning.registerMs * (0.75 + env.random() / 2);
    const { owners, stuck } = census;
    for (const member of counted) {
      if (census.answers.has(member)) continue;
      if (member === state.member) answerOwn(turn, onCensus(turn, member, { owners, stuck }));
      else send(turn, member, { type: 'census', owners, stuck });
    }
  }
  if (counted.every((member) => census.answers.has(member))) goOn(turn, census, counted);
}

/** Everybody has answered this round. */
function goOn(turn: Turn, census: Census, counted: readonly MemberId[]): void {
  const { state } = turn;
  const mine = ownedHash(turn, census);
  for (const [member, { owned }] of census.answers) {
    if (owned === mine) continue;
    census.answers.delete(member);
    if (member !== state.member) askForDiff(turn, member);
  }
  if (!counted.every((member) => census.answers.has(member))) return;
  if (census.stuck.length > 0) return giveBack(turn, census);
  const unable = [...census.answers].filter(([, { isShut }]) => !isShut);
  if (unable.length > 0) return wait(turn, census, unable);
  const answers = [...census.answers.values()];
  census.inherits = new Map(
    census.owners.map((owner) => [owner, inheritFrom(turn, owner, answers, census.now)]),
  );
}

/** Some cannot write: they get their registers back, in a round of its own, or are about to take them. */
function wait(
  { env }: Turn,
  census: Census,
  unable: readonly (readonly [MemberId, CensusAnswer])[],
): void {
  const { registers } = env.replica;
  const stuck = unable.flatMap(([, { own }]) => {
    const isNew = own !== undefined && (registers.givenBack(own.member)?.epoch ?? 0) <= own.epoch;
    return isNew ? [own] : [];
  });
  if (stuck.length > 0) return startRound(census, stuck);
  for (const [member] of unable) census.answers.delete(member);
}

function startRound(census: Census, stuck: readonly Stuck[]): void {
  census.stuck = stuck;
  census.answers.clear();
  census.nextAtMs = 0;
}

/** Nothing can be decided any more in the epochs of the stuck: their own stores go on alone. */
function giveBack(turn: Turn, census: Census): void {
  const { state, env } = turn;
  const isGiven = ({ member, epoch }: Stuck): boolean =>
    (env.replica.registers.givenBack(member)?.epoch ?? 0) > epoch;
  // One that has moved to other guardians meanwhile is stuck no more, and says so: what it decides there would be lost.
  const isStill = (each: Stuck): boolean =>
    isGiven(each) || census.answers.get(each.member)?.own?.epoch === each.epoch;
  if (!census.stuck.every(isStill)) return startRound(census, []);
  const problem = contradiction(census.stuck, census.answers);
  if (problem !== undefined) return fail(turn, census, problem);
  let isDone = true;
  for (const each of census.stuck) {
    const { member, epoch, store } = each;
    if (isGiven(each)) continue;
    isDone = false;
    if (isPublishing(state, member)) continue;
    const next = { epoch: epoch + 1, members: [{ member, store }] };
    const given = { owner: member, epoch, heir: member, records: [], next };
    const override = signOverride(state.network, env.signer, given);
    publishProof(turn, member, encodeOverride(override));
  }
  if (isDone) startRound(census, []);
}

/** Everything is signed: it ends when it is ours, durably, and in the set. */
function finish(turn: Turn, census: Census, inherits: ReadonlyMap<MemberId, number>): void {
  const { state, env } = turn;
  const isComing = isOnItsWay(
    state,
    ({ kind, ...rest }) =>
      kind === 'publish' || ('change' in rest && rest.change.kind === 'inherit'),
  );
  const estate = estateOf(state);
  if (isComing || estate.unpublished !== undefined) return;
  const { registers } = env.replica;
  state.censuses.taken = undefined;
  for (const member of census.named) {
    const count = inherits.get(member);
    if (count === undefined) {
      tellEnd(turn, member, 'done', 'it was forgotten before; no register waits for it any more');
    } else if (registers.isOverridden(member) && (estate.in[member] ?? 0) >= count) {
      tellEnd(turn, member, 'done', 'this node has its addresses now', state.member);
    } else tellEnd(turn, member, 'refused', 'this node could not take all of it: do it again');
  }
}

function fail(turn: Turn, census: Census, problem: string): void {
  turn.state.censuses.taken = undefined;
  for (const owner of census.named) {
    const message = `${problem}; nobody has its addresses yet. Members that answered refuse it from now on, so it cannot come back: do it again when the cause is gone`;
    tellEnd(turn, owner, 'refused', message);
  }
}

function tellEnd(
  { effects }: Turn,
  member: MemberId,
  outcome: 'done' | 'refused',
  message: string,
  heir?: MemberId,
): void {
  const event = { type: 'forgotten' as const, member, outcome, message };
  effects.push({ type: 'event', event: heir === undefined ? event : { ...event, heir } });
}

/** When a census must be looked at again. */
export function censusWakeMs(census: Census | undefined): number {
  if (census === undefined || census.inherits !== undefined) return Number.POSITIVE_INFINITY;
  return Math.min(census.nextAtMs, census.deadlineMs);
}
