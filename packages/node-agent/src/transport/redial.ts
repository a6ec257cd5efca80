// Keeps a node connected: dials every known place until it answers, and again when it is lost. Pauses
// double with each failure and are jittered, attempts are few at a time, and of two members one goes
// first, so that a cluster that comes back does not storm itself.

import type { Refusal, Result } from '@hedgerow/core';
import type { MemberId } from '@hedgerow/core/membership';
import type { Multiaddr } from '@multiformats/multiaddr';
import type { DialFault, DialState } from './types.ts';

/** Pause after the first failure; doubles up to the next. */
const firstPauseMs = 250;
const maxPauseMs = 30_000;
/** After a lost connection, and for the member that lets the other go first. */
const againPauseMs = 200;
const secondPauseMs = 1500;
/** Dials under way at one time. */
const maxDials = 8;

/** Faults that do not pass quickly: pause at once as long as after many failures. */
const lasting: ReadonlySet<DialFault> = new Set(['wrong-key', 'other-network', 'not-admitted']);

/** What the redialer needs of the world. */
export interface RedialOptions {
  readonly self: MemberId;
  readonly dial: (addresses: readonly Multiaddr[]) => Promise<Dialled>;
  readonly isConnected: (member: MemberId) => boolean;
  /** True while there is room for one more connection. */
  readonly hasRoom: () => boolean;
  readonly onFault: (where: string, refusal: Refusal<DialFault>) => void;
  readonly random: () => number;
}

type Dialled = Result<MemberId, Refusal<DialFault>>;

interface Target {
  member: MemberId | undefined;
  addresses: readonly Multiaddr[];
  failures: number;
  dueMs: number;
  underway: Promise<Dialled> | undefined;
  refusal: Refusal<DialFault> | undefined;
}

/** See the head of this file. */
export class Redialer {
  readonly #options: RedialOptions;
  readonly #bootstrap = new Map<string, Target>();
  #members = new Map<MemberId, Target>();
  #gone: ReadonlySet<MemberId> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(options: RedialOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    this.#plan();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** A place from a token or the command line. */
  addBootstrap(address: Multiaddr, member: MemberId | undefined): void {
    const key = address.toString();
    if (this.#bootstrap.has(key)) return;
    this.#bootstrap.set(key, newTarget(member, [address], 0));
    this.#plan();
  }

  /**
   * The members and where they say that they are; those left out are forgotten. Those who are `gone` for good
   * are not dialled at places from tokens either.
   */
  setMembers(
    members: ReadonlyMap<MemberId, readonly Multiaddr[]>,
    gone: ReadonlySet<MemberId> = new Set(),
  ): void {
    this.#gone = gone;
    const next = new Map<MemberId, Target>();
    for (const [member, addresses] of members) {
      if (member === this.#options.self || addresses.length === 0) continue;
      const known = this.#members.get(member);
      if (known !== undefined) known.addresses = addresses;
      next.set(member, known ?? newTarget(member, addresses, this.#turnMs(member)));
    }
    this.#members = next;
    this.#plan();
  }

  /** The peer is there, whoever dialled. */
  connected(member: MemberId): void {
    for (const target of this.#targetsOf(member)) settle(target);
  }

  /** The peer is gone: try again soon. */
  disconnected(member: MemberId): void {
    const pauseMs = againPauseMs * (1 + this.#options.random()) + this.#turnMs(member);
    for (const target of this.#targetsOf(member)) target.dueMs = performance.now() + pauseMs;
    this.#plan();
  }

  /** Somebody wants to talk to this member: do not wait for its turn, unless it failed before. */
  hurry(member: MemberId): void {
    for (const target of this.#targetsOf(member)) {
      if (target.failures === 0) target.dueMs = 0;
    }
    this.#plan();
  }

  /** One attempt at these addresses now, as a bootstrap address would be dialled. */
  attempt(address: Multiaddr): Promise<Dialled> {
    const target = this.#bootstrap.get(address.toString()) ?? newTarget(undefined, [address], 0);
    return this.#dial(target);
  }

  states(): readonly DialState[] {
    return [...this.#places(), ...this.#members.values()].map((target) => ({
      member: target.member,
      addresses: target.addresses.map((address) => address.toString()),
      connected: this.#isConnected(target),
      failures: target.failures,
      refusal: target.refusal,
    }));
  }

  #targets(): readonly Target[] {
    const known = this.#places().filter(
      ({ member }) => member === undefined || !this.#members.has(member),
    );
    return [...known, ...this.#members.values()];
  }

  /** Where somebody may be who is not gone. */
  #places(): readonly Target[] {
    return [...this.#bootstrap.values()].filter(
      ({ member }) => member === undefined || !this.#gone.has(member),
    );
  }

  #targetsOf(member: MemberId): readonly Target[] {
    return [...this.#bootstrap.values(), ...this.#members.values()].filter(
      (target) => target.member === member,
    );
  }

  #isConnected(target: Target): boolean {
    return target.member !== undefined && this.#options.isConnected(target.member);
  }

  /** The member with the lower id goes first; the other waits, and mostly need not dial at all. */
  #turnMs(member: MemberId): number {
    return this.#options.self < member ? 0 : secondPauseMs;
  }

  /** Starts what is due, and sets the timer for what is next. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#running) return;
    const targets = this.#targets();
    let room = maxDials - targets.filter(isUnderway).length;
    const open = targets.filter((target) => !isUnderway(target) && !this.#isConnected(target));
    const nowMs = performance.now();
    const later: number[] = [];
    for (const target of open) {
      if (target.refusal?.code === 'self') continue;
      if (target.dueMs > nowMs) later.push(target.dueMs);
      else if (room > 0 && this.#options.hasRoom()) {
        room -= 1;
        void this.#dial(target).finally(() => this.#plan());
      }
    }
    if (later.length === 0) return;
    this.#timer = setTimeout(() => this.#plan(), Math.max(1, Math.min(...later) - nowMs));
  }

  #dial(target: Target): Promise<Dialled> {
    target.underway ??= this.#options.dial(target.addresses).then((dialled) => {
      target.underway = undefined;
      if (dialled.ok) {
        target.member = dialled.value;
        settle(target);
      } else {
        this.#failed(target, dialled.error);
      }
      return dialled;
    });
    return target.underway;
  }

  #failed(target: Target, refusal: Refusal<DialFault>): void {
    const isNews = target.refusal?.code !== refusal.code;
    target.failures += 1;
    target.refusal = refusal;
    const doubledMs = firstPauseMs * 2 ** Math.min(target.failures - 1, 16);
    const pauseMs = lasting.has(refusal.code) ? maxPauseMs : Math.min(doubledMs, maxPauseMs);
    target.dueMs = performance.now() + pauseMs * (0.5 + this.#options.random() / 2);
    if (isNews && this.#running) this.#options.onFault(target.addresses.join(', '), refusal);
  }
}

function isUnderway(target: Target): boolean {
  return target.underway !== undefined;
}

function newTarget(
  member: MemberId | undefined,
  addresses: readonly Multiaddr[],
  waitMs: number,
): Target {
  const dueMs = performance.now() + waitMs;
  return { member, addresses, failures: 0, dueMs, underway: undefined, refusal: undefined };
}

function settle(target: Target): void {
  target.failures = 0;
  target.refusal = undefined;
  target.dueMs = 0;
}
