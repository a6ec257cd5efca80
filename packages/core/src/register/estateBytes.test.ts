import { encode } from 'cborg';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { equalBytes, toHex } from '../crypto/bytes.ts';
import type { Estate, Holding } from '../estate/types.ts';
import { estateBytes } from './estateBytes.ts';

const text = fc.string({ maxLength: 80 });
const counters = fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), fc.nat());

const holding = fc.record({
  pool: text,
  prefix: fc.nat(1 << 20).map((at) => `2001:db8::${at.toString(16)}/128`),
  version: fc.nat(),
  record: text,
  use: fc.constantFrom<Holding['use']>('reserve', 'committed', 'resting'),
});

const estate: fc.Arbitrary<Estate> = fc.record(
  {
    member: text,
    holdings: fc.array(holding, { maxLength: 300, size: 'max' }),
    out: counters,
    in: counters,
    outbox: fc.constant([]),
    guardians: fc.record({ epoch: fc.nat(), members: fc.constant([]) }),
    bootNonce: text,
    sealed: fc.constant<true>(true),
  },
  { requiredKeys: ['member', 'holdings', 'out', 'in', 'outbox', 'guardians', 'bootNonce'] },
);

it('writes the bytes that CBOR with sorted keys has, each holding encoded once', () => {
  fc.assert(
    fc.property(estate, (value) => {
      const whole = toHex(encode(['hedgerow/estate/1', value]));
      expect(toHex(estateBytes(value))).toBe(whole);
      // From what is known of each holding by now.
      expect(toHex(estateBytes({ ...value }))).toBe(whole);
    }),
    { numRuns: 60 },
  );
});

it('writes heads of every length', () => {
  for (const count of [0, 1, 23, 24, 255, 256, 65_535, 65_536]) {
    const piece: Holding = { pool: 'p', prefix: '::/0', version: 1, record: 'r', use: 'reserve' };
    const holdings = Array.from({ length: count }, () => piece);
    const value = { member: 'm', holdings } as unknown as Estate;
    const whole = encode(['hedgerow/estate/1', value]);
    expect(equalBytes(estateBytes(value), whole)).toBe(true);
  }
});
