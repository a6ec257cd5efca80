import { ok, refuse } from '@hedgerow/core';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Redialer, type RedialOptions } from './redial.ts';
import type { DialFault } from './types.ts';

const place = multiaddr('/ip4/192.0.2.1/tcp/4710');
const minute = 60_000;

/** A redialer in a world where dials end as told; `attempts` are the times at which it dialled. */
function world(
  outcome: (address: string) => DialFault | string,
  given: Partial<RedialOptions> = {},
) {
  const attempts: number[] = [];
  const faults: string[] = [];
  const connected = new Set<string>();
  let underway = 0;
  let most = 0;
  const dial: RedialOptions['dial'] = async ([address]) => {
    attempts.push(performance.now());
    underway += 1;
    most = Math.max(most, underway);
    await new Promise((resolve) => setTimeout(resolve, 100));
    underway -= 1;
    const end = outcome(String(address));
    if (!end.startsWith('member')) return refuse(end as DialFault, end);
    connected.add(end);
    redialer.connected(end);
    return ok(end);
  };
  const redialer = new Redialer({
    self: 'member-m',
    dial,
    isConnected: (member) => connected.has(member),
    hasRoom: () => true,
    onFault: (_where, { code }) => faults.push(code),
    random: () => 0.5,
    ...given,
  });
  return { attempts, faults, connected, redialer, mostAtOnce: () => most };
}

describe('the redialer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('pauses twice as long after each failure, up to half a minute, and says why once', async () => {
    const { attempts, faults, redialer } = world(() => 'refused');
    redialer.addBootstrap(place, undefined);
    redialer.start();
    await vi.advanceTimersByTimeAsync(10 * minute);
    const pauses = attempts.slice(1).map((at, i) => Math.round(at - (attempts[i] ?? 0)));
    expect(pauses.slice(0, 9)).toEqual([288, 475, 850, 1600, 3100, 6100, 12100, 22600, 22600]);
    expect(attempts.length).toBeLessThan(40);
    expect(faults).toEqual(['refused']);
    redialer.stop();
  });

  it('does not hammer where a human must act first', async () => {
    const { attempts, redialer } = world(() => 'wrong-key');
    redialer.addBootstrap(place, undefined);
    redialer.start();
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(attempts.length).toBeLessThan(30);
    redialer.stop();
  });

  it('never dials itself twice', async () => {
    const { attempts, redialer } = world(() => 'self');
    redialer.addBootstrap(place, undefined);
    redialer.start();
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(attempts.length).toBe(1);
    redialer.stop();
  });

  it('rests while connected, and comes back soon when the peer is lost', async () => {
    const { attempts, connected, redialer } = world(() => 'member-z');
    redialer.addBootstrap(place, undefined);
    redialer.start();
    await vi.advanceTimersByTimeAsync(minute);
    expect(attempts.length).toBe(1);
    connected.delete('member-z');
    redialer.disconnected('member-z');
    await vi.advanceTimersByTimeAsync(1000);
    expect(attempts.length).toBe(2);
    expect(redialer.states()).toMatchObject([{ member: 'member-z', connected: true, failures: 0 }]);
    redialer.stop();
  });

  it('lets the member with the lower id go first', async () => {
    const first = world(() => 'refused');
    first.redialer.setMembers(new Map([['member-z', [place]]]));
    first.redialer.start();
    const second = world(() => 'refused');
    second.redialer.setMembers(new Map([['member-a', [place]]]));
    second.redialer.start();
    await vi.advanceTimersByTimeAsync(1400);
    expect(first.attempts.length).toBeGreaterThan(0);
    expect(second.attempts.length).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(second.attempts.length).toBe(1);
    first.redialer.stop();
    second.redialer.stop();
  });

  it('dials few at a time, all in the end, and none without room', async () => {
    const members = new Map<string, readonly Multiaddr[]>();
    for (let i = 0; i < 100; i += 1)
      members.set(`member-x${i}`, [multiaddr(`/ip4/192.0.2.1/tcp/${i + 1}`)]);
    const nameOf = (address: string): string => `member-x${Number(address.split('/').at(-1)) - 1}`;
    const many = world(nameOf);
    many.redialer.setMembers(members);
    many.redialer.start();
    await vi.advanceTimersByTimeAsync(minute);
    expect(many.connected.size).toBe(100);
    expect(many.mostAtOnce()).toBe(8);
    expect(many.attempts.length).toBe(100);
    many.redialer.stop();
    const full = world(nameOf, { hasRoom: () => false });
    full.redialer.setMembers(members);
    full.redialer.start();
    await vi.advanceTimersByTimeAsync(minute);
    expect(full.attempts.length).toBe(0);
    full.redialer.stop();
  });

  it('dials nobody who is gone, at a place from a token either', async () => {
    const { attempts, connected, redialer } = world(() => 'member-z');
    redialer.addBootstrap(place, 'member-z');
    redialer.start();
    await vi.advanceTimersByTimeAsync(1000);
    redialer.setMembers(new Map([['member-y', []]]), new Set(['member-z']));
    connected.clear();
    redialer.disconnected('member-z');
    await vi.advanceTimersByTimeAsync(minute);
    expect(attempts).toHaveLength(1);
    expect(redialer.states()).toEqual([]);
    redialer.stop();
  });

  it('forgets members that are left out, and does nothing once stopped', async () => {
    const { attempts, redialer } = world(() => 'refused');
    redialer.setMembers(new Map([['member-z', [place]]]));
    redialer.start();
    await vi.advanceTimersByTimeAsync(1000);
    redialer.setMembers(new Map());
    await vi.advanceTimersByTimeAsync(200);
    const before = attempts.length;
    await vi.advanceTimersByTimeAsync(minute);
    expect(attempts.length).toBe(before);
    redialer.addBootstrap(place, undefined);
    redialer.stop();
    await vi.advanceTimersByTimeAsync(minute);
    expect(attempts.length).toBe(before + 1);
  });
});
