import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { checkFaults, diskFaults, faultNames, isSpecial, mixFaults } from './faults.ts';
import { listedFates, randomFates } from './network.ts';
import { EventQueue } from './queue.ts';
import { Random } from './random.ts';

describe('EventQueue', () => {
  it('gives events by time, equal times in order of insertion', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const queue = new EventQueue<readonly [number, number]>();
        for (const [order, atMs] of times.entries()) queue.push(atMs, [atMs, order]);
        const popped = times.map(() => queue.pop());
        const sorted = times.map((atMs, order) => [atMs, order] as const);
        expect(popped).toEqual(sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
        expect(queue.pop()).toBe(undefined);
      }),
    );
  });
});

describe('Random', () => {
  it('is a function of seed and stream', () => {
    const draw = (seed: number, stream: number): number => new Random(seed, stream).bits();
    expect(draw(1, 2)).toBe(draw(1, 2));
    expect(new Set([draw(1, 2), draw(2, 1), draw(1, 1), draw(2, 2)]).size).toBe(4);
  });

  it('is spread evenly', () => {
    const random = new Random(5);
    const counts = new Array<number>(10).fill(0);
    for (let at = 0; at < 100_000; at += 1) {
      const digit = random.below(10);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('Clock', () => {
  it('never goes back, and knows when it will show a time', () => {
    const change = fc.record({
      wait: fc.nat(1_000),
      rate: fc.integer({ min: 0, max: 4 }),
      ahead: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const clock = new Clock();
        let nowMs = 0;
        let lastMs = 0;
        for (const { wait, rate, ahead } of changes) {
          nowMs += wait;
          expect(clock.localMs(nowMs)).toBeGreaterThanOrEqual(lastMs);
          clock.change(nowMs, rate, ahead);
          lastMs = clock.localMs(nowMs);
          const dueMs = clock.worldMs(lastMs + 100);
          if (rate > 0) expect(clock.localMs(dueMs)).toBeCloseTo(lastMs + 100, 6);
          else expect(dueMs).toBe(Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});

describe('faults', () => {
  it('are mixed within their bounds, special ones only on request', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const mixed = checkFaults(mixFaults(new Random(seed)));
      expect(faultNames.filter((name) => isSpecial(name) && mixed[name] !== undefined)).toEqual([]);
    }
  });

  it('have the same rates where faults of disks are drawn as well', () => {
    let drawn = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const mixed = checkFaults(mixFaults(new Random(seed), diskFaults));
      expect(mixed).toMatchObject(mixFaults(new Random(seed)));
      if (diskFaults.some((name) => mixed[name] !== undefined)) drawn += 1;
    }
    expect(drawn).toBeGreaterThan(100);
  });

  it('are refused out of bounds', () => {
    expect(() => checkFaults({ lose: 0.9 })).toThrow(
      'the rate of lose is 0.9, not between 0 and 0.5',
    );
    expect(() => checkFaults({ loose: 0.1 } as object)).toThrow('no fault is named loose');
  });
});

describe('fates of messages', () => {
  it('come at their rate, and those that struck can be listed', () => {
    const random = randomFates(3, { lose: 0.2, delay: 0.1 });
    const struck = Array.from({ length: 10_000 }, (_, n) => random.of(1, 2, n)).flatMap(
      (each) => each ?? [],
    );
    expect(struck.filter(({ kind }) => kind === 'lose').length / 10_000).toBeCloseTo(0.2, 1);
    expect(struck.filter(({ kind }) => kind === 'delay').length / 10_000).toBeCloseTo(0.1, 1);
    const listed = listedFates(struck);
    for (let n = 0; n < 10_000; n += 1) expect(listed.of(1, 2, n)).toEqual(random.of(1, 2, n));
    expect(listed.of(2, 1, 0)).toBe(undefined);
  });
});
