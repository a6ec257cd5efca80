// Arithmetic on holdings: what merges, what is found, what is left, in several pools and both families.
import { describe, expect, it } from 'vitest';
import { prefixOf } from '../address/index.ts';
import type { Holding } from './index.ts';
import { containing, normalise, ofUse, overlapping, reserveBlocks, without } from './index.ts';

function held(prefix: string, change: Partial<Holding> = {}): Holding {
  return { pool: 'p', prefix, version: 1, record: 'x', use: 'reserve', ...change };
}

function prefixes(holdings: readonly Holding[]): readonly string[] {
  return holdings.map(({ pool, prefix }) => `${pool} ${prefix}`);
}

describe('normalising', () => {
  it('sorts by pool, then family, then address', () => {
    const mixed = [
      held('10.0.1.0/24', { pool: 'q' }),
      held('fd00::/64'),
      held('10.0.2.0/24'),
      held('10.0.3.0/24', { pool: 'b' }),
      held('10.0.0.0/24'),
    ];
    const sorted = ['b 10.0.3.0/24', 'p 10.0.0.0/24', 'p 10.0.2.0/24', 'p fd00::/64'];
    expect(prefixes(normalise(mixed))).toEqual([...sorted, 'q 10.0.1.0/24']);
    expect(prefixes(normalise(mixed.toReversed()))).toEqual([...sorted, 'q 10.0.1.0/24']);
  });

  it.each<[string, Holding, Holding]>([
    ['of two pools', held('10.0.0.0/28'), held('10.0.0.16/28', { pool: 'q' })],
    ['of two uses', held('10.0.0.0/28'), held('10.0.0.16/28', { use: 'resting' })],
    ['that are no two halves', held('10.0.0.16/28'), held('10.0.0.32/28')],
    ['of two sizes', held('10.0.0.0/28'), held('10.0.0.16/29')],
    ['of two families', held('0.0.0.0/1'), held('8000::/1')],
  ])('keeps neighbours %s apart', (_, a, b) => {
    expect(normalise([a, b])).toEqual([a, b]);
  });

  it('merges resting pieces, up to a whole family', () => {
    const halves = [held('0.0.0.0/1', { use: 'resting' }), held('128.0.0.0/1', { use: 'resting' })];
    expect(normalise(halves)).toEqual([held('0.0.0.0/0', { use: 'resting' })]);
    const whole = held('::/0');
    expect(normalise([whole, held('0.0.0.0/0')])).toEqual([held('0.0.0.0/0'), whole]);
  });
});

describe('looking into holdings', () => {
  const here = held('10.0.0.0/25');
  const block = held('10.0.0.128/28', { use: 'committed' });
  const elsewhere = held('10.0.0.0/24', { pool: 'q' });
  const all = [here, block, elsewhere];

  it('finds what a prefix shares addresses with, in its pool only', () => {
    expect(overlapping(all, 'p', prefixOf('10.0.0.64/26'))).toEqual([here]);
    expect(overlapping(all, 'p', prefixOf('10.0.0.0/24'))).toEqual([here, block]);
    expect(overlapping(all, 'p', prefixOf('10.0.0.192/26'))).toEqual([]);
    expect(overlapping(all, 'q', prefixOf('10.0.0.192/26'))).toEqual([elsewhere]);
  });

  it('finds the one that contains all of a prefix', () => {
    expect(containing(all, 'p', prefixOf('10.0.0.130/32'))).toEqual(block);
    expect(containing(all, 'p', prefixOf('10.0.0.0/24'))).toBeUndefined();
    expect(containing([elsewhere, here], 'p', prefixOf('10.0.0.0/25'))).toEqual(here);
  });

  it('finds those of one pool and use', () => {
    expect(ofUse(all, 'p', 'reserve')).toEqual([here]);
    expect(ofUse(all, 'p', 'committed')).toEqual([block]);
    expect(ofUse(all, 'q', 'reserve')).toEqual([elsewhere]);
  });
});

describe('taking a prefix out', () => {
  const rest = held('10.0.1.0/24', { record: 'y', version: 7 });
  const other = held('10.0.0.0/24', { pool: 'q' });

  it('leaves the rest of a holding under its record, and other pools alone', () => {
    const after = without([held('10.0.0.0/24'), rest, other], 'p', prefixOf('10.0.0.64/26'));
    expect(after).toEqual([held('10.0.0.0/26'), held('10.0.0.128/25'), rest, other]);
  });

  it('drops holdings inside it, and changes nothing where it is not held', () => {
    expect(without([held('10.0.0.0/24'), rest, other], 'p', prefixOf('10.0.0.0/16'))).toEqual([
      other,
    ]);
    expect(without([rest, other], 'p', prefixOf('10.0.0.0/24'))).toEqual([rest, other]);
  });
});

describe('counting reserve', () => {
  it('counts whole blocks of a pool', () => {
    const holdings = [
      held('10.0.0.0/26'),
      held('10.0.0.64/28'),
      held('10.0.0.80/29'),
      held('10.0.0.96/28', { use: 'resting' }),
      held('10.0.1.0/24', { pool: 'q' }),
    ];
    expect(reserveBlocks(holdings, 'p', 28)).toBe(5);
    expect(reserveBlocks(holdings, 'none', 28)).toBe(0);
  });
});
