/** How members go: `forget` for one that is off for good, `leave` for this node itself. */
import { ok, type Result, refuse } from '@hedgerow/core';
import { type ClusterEvent, waitingOf } from '@hedgerow/core/cluster';
import type { MemberId } from '@hedgerow/core/membership';
import { type ForgetReport, type LeaveReport, reportedSize } from '../report/index.ts';
import type { Parts } from './assemble.ts';
import { findMember } from './findMember.ts';
import { statusOf, withNames } from './reports.ts';
import type { Unsafe } from './types.ts';

type Forgotten = Extract<ClusterEvent, { type: 'forgotten' }>;

/** What became of them since the start of the agent. */
export interface Departures {
  /** By member; undefined while it runs. */
  readonly forgets: Map<MemberId, Forgotten | undefined>;
  own: LeaveReport['state'];
}

/** Nobody goes at first. */
export function noDepartures(): Departures {
  return { forgets: new Map(), own: 'no' };
}

/** Note of a node that has left: its state is spent. */
const leftNote = 'left';
/** Note of a node that was told to leave: a start goes on with it. */
const leavingNote = 'leaving';

/** Refuses a state whose member has left: nothing is left to run. Code: `left`. */
export function checkNotLeft({ state }: Pick<Parts, 'state'>): Result<void> {
  const left = state.store.note(leftNote);
  if (!left.ok) return left;
  if (left.value === undefined) return ok(undefined);
  return refuse(
    'left',
    'This node has left its cluster, and others have all that it owned. To bring this machine back, move ' +
      'the state directory away and join again: it becomes a new member.',
  );
}

/** A `forget` ended. */
export function onForgotten({ departures, events }: Parts, event: Forgotten): void {
  departures.forgets.set(event.member, event);
  events.emit('forgotten', event);
}

/** This node has left. */
export function onLeft({ departures, events, state, log }: Parts): void {
  const noted = state.store.putNotes({ [leftNote]: 'yes' });
  if (!noted.ok) log.warn({ problem: noted.error.message }, 'could not note that this node left');
  departures.own = 'left';
  events.emit('left');
}

/** See `Agent.aboutForget`. */
export function aboutForget(parts: Parts, text: string): Result<ForgetReport> {
  const found = findMember(parts, text);
  return found.ok ? ok(forgetReport(parts, found.value)) : found;
}

/** See `Agent.forget`. */
export function forget(
  parts: Parts,
  text: string,
  now: boolean,
  unsafe?: Unsafe,
): Result<ForgetReport> {
  const found = findMember(parts, text);
  if (!found.ok) return found;
  const member = found.value;
  if (unsafe !== undefined) return forgetUnsafe(parts, member, now, unsafe);
  parts.departures.forgets.set(member, undefined);
  parts.shell.dispatch({ type: 'forget', member, now });
  return ok(forgetReport(parts, member));
}

function forgetUnsafe(
  parts: Parts,
  member: MemberId,
  now: boolean,
  unsafe: Unsafe,
): Result<ForgetReport> {
  const others: MemberId[] = [];
  for (const text of unsafe.others) {
    const found = findMember(parts, text);
    if (!found.ok) return found;
    others.push(found.value);
  }
  for (const each of [member, ...others]) parts.departures.forgets.set(each, undefined);
  parts.shell.dispatch({ type: 'forget', member, now, unsafe: true, others });
  return ok(forgetReport(parts, member));
}

function forgetReport(parts: Parts, member: MemberId): ForgetReport {
  const { env, shell, departures } = parts;
  const { view, registers } = env.replica;
  const nameOf = (each: MemberId): string => env.replica.members.get(each)?.name ?? '';
  const heard = shell.state.peers.get(member)?.lastHeardMs;
  const end = departures.forgets.get(member);
  const isAsked = departures.forgets.has(member);
  return {
    member,
    name: nameOf(member),
    isGone: registers.isGone(member),
    isConnected: shell.state.peers.get(member)?.connected === true,
    lastHeardMs: heard === undefined ? null : Math.round(env.nowMs - heard),
    owned: [...view.ownedBy(member)].map(({ pool, prefix }) => ({
      pool,
      prefix,
      size: reportedSize(prefix),
    })),
    restMs: shell.state.tuning.restMs,
    state: end?.outcome ?? (isAsked ? 'running' : 'none'),
    ...messageOf(parts, member, end?.message),
    ...(end?.heir === undefined ? {} : { heir: { member: end.heir, name: nameOf(end.heir) } }),
  };
}

/** How it ended, or what it waits for. */
function messageOf(
  parts: Parts,
  member: MemberId,
  end: string | undefined,
): { readonly message?: string } {
  const waits = waitingOf(parts.shell.state).find(
    ({ code, message }) => code === 'forget' && message.includes(member),
  );
  const message = end ?? waits?.message;
  return message === undefined ? {} : { message: withNames(parts, message) };
}

/** See `Agent.leave`. */
export function leave(parts: Parts): Result<LeaveReport> {
  const { env, shell, state, departures } = parts;
  const { members, registers } = env.replica;
  const others = [...members.keys()].filter(
    (member) => member !== state.key.member && !registers.isGone(member),
  );
  if (others.length === 0) {
    return refuse(
      'alone',
      'No other member is there to take what this node owns; nothing was changed. To end the whole cluster, ' +
        'stop the agent and remove its state directory.',
    );
  }
  if (shell.state.quarantined) {
    return refuse(
      'quarantined',
      'This node is in quarantine: what it owns is not certain, so it cannot hand it over. Stop it for good ' +
        'and run "hedgerow forget" on another member.',
    );
  }
  if (departures.own === 'no') {
    const noted = state.store.putNotes({ [leavingNote]: 'yes' });
    if (!noted.ok) return noted;
    goOn(parts);
  }
  return ok(leaveReport(parts));
}

/**
 * Goes on with a `leave` that a stop or a crash of the agent interrupted. To be called before the reducer is
 * started; what it returns, whenever everything that arrived was worked on.
 *
 * Where the register was sealed already only the farewell is left. Else it waits until the register is read: who
 * was forgotten meanwhile does not leave in peace, but must say what still runs there.
 */
export function resumeLeave(parts: Parts): () => void {
  const { state, shell, log, register } = parts;
  const noted = state.store.note(leavingNote);
  let isWaiting = noted.ok && noted.value !== undefined;
  if (isWaiting) log.info({}, 'this node was told to leave before this start: it goes on leaving');
  if (isWaiting && register.estate.sealed === true) {
    isWaiting = false;
    goOn(parts);
  }
  return () => {
    const { booted, quarantined } = shell.state;
    if (!isWaiting || quarantined || !booted) return;
    isWaiting = false;
    // The reducer takes nothing in the middle of its work.
    setImmediate(() => goOn(parts));
  };
}

function goOn({ departures, shell }: Parts): void {
  if (departures.own !== 'no') return;
  departures.own = 'leaving';
  shell.dispatch({ type: 'leave' });
}

/** Codes of what a node that leaves may wait for; the rest of its wants are over. */
const holdsUp: ReadonlySet<string> = new Set([
  'leaving',
  'acknowledgement',
  'quorum',
  'start',
  'storage',
]);

/** See `Agent.leaving`. */
export function leaveReport(parts: Parts): LeaveReport {
  const { own } = parts.departures;
  if (own !== 'leaving') return { state: own, waiting: [] };
  const waiting = statusOf(parts).waiting.filter(({ code }) => holdsUp.has(code));
  return { state: own, waiting };
}
