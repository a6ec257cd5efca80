// fast-check draws what is done to a cluster, one action at a time, and shortens what breaks a promise.

import { type Action, allDeeds, isSpecial, Random, simulate } from '@hedgerow/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const lastsMs = 600_000;
const deeds = allDeeds.filter(({ name }) => !isSpecial(name));

/** An action as fast-check prints it. */
class Step implements Action {
  readonly atMs: number;
  readonly deed: string;
  readonly args: readonly number[];

  constructor(atMs: number, deed: string, args: readonly number[]) {
    this.atMs = atMs;
    this.deed = deed;
    this.args = args;
  }

  toString(): string {
    return `${this.atMs} ms: ${this.deed}(${this.args.join(', ')})`;
  }
}

const step: fc.Arbitrary<Step> = fc
  .tuple(fc.nat(lastsMs), fc.constantFrom(...deeds), fc.nat())
  .map(([atMs, deed, seed]) => new Step(atMs, deed.name, deed.draw(new Random(seed))));

const netFault = fc.record({
  from: fc.nat(3),
  to: fc.nat(3),
  n: fc.nat(60),
  kind: fc.constantFrom('lose', 'duplicate', 'reorder', 'delay', 'staleReplay' as const),
  byMs: fc.nat(60_000),
});

describe('whatever is done to a cluster', () => {
  it('no promise is broken', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.array(step, { maxLength: 60 }),
        fc.array(netFault),
        (seed, steps, net) => {
          const actions = steps.toSorted((a, b) => a.atMs - b.atMs);
          const events = { actions, net, writeErrors: 0 };
          const { violation } = simulate({ seed, nodes: 4, lastsMs, events });
          expect(violation?.message).toBe(undefined);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
