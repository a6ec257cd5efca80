// What an estate gives away and which block it commits, where several pieces could be taken.
import { describe, expect, it } from 'vitest';
import type { Pool } from '../membership/types.ts';
import { firstEstate, grantBody, type Holding, pickCommit, pickGrant } from './index.ts';

const pool: Pool = { name: 'p', prefix: '10.0.0.0/24', blockLength: 28, subnet: 'pool' };

function reserve(...prefixes: readonly string[]): ReturnType<typeof firstEstate> {
  const holdings = prefixes.map((prefix, index): Holding => {
    return { pool: 'p', prefix, version: 1, record: `r${index}`, use: 'reserve' };
  });
  return firstEstate('a', holdings);
}

describe('a grant', () => {
  it('comes out of the smallest piece that is large enough, the first of equal ones', () => {
    const estate = reserve('10.0.0.0/28', '10.0.0.32/27', '10.0.0.96/27', '10.0.0.128/25');
    expect(pickGrant(estate, pool, 27)).toBe('10.0.0.32/27');
    expect(pickGrant(estate, pool, 26)).toBe('10.0.0.192/26');
    expect(pickGrant(estate, pool, 28)).toBe('10.0.0.0/28');
  });

  it('is the first of the largest pieces where none is large enough', () => {
    const small = ['10.0.0.0/28', '10.0.0.64/28', '10.0.0.96/28'];
    const large = ['10.0.0.32/27', '10.0.0.128/27', '10.0.0.192/27'];
    expect(pickGrant(reserve(...small, ...large), pool, 25)).toBe('10.0.0.32/27');
  });

  it('leaves what the donor keeps, and nothing is given when that is all', () => {
    const estate = reserve('10.0.0.0/24');
    const given = [0, 8, 9, 12, 15, 16, 17].map((keep) => pickGrant(estate, pool, 24, keep));
    expect(given.slice(0, 2)).toEqual(['10.0.0.128/25', '10.0.0.128/25']);
    expect(given.slice(2, 4)).toEqual(['10.0.0.192/26', '10.0.0.192/26']);
    expect(given.slice(4)).toEqual(['10.0.0.240/28', undefined, undefined]);
  });

  it('comes out of its pool', () => {
    const other: Pool = { ...pool, name: 'q' };
    expect(pickGrant(reserve('10.0.0.0/24'), other, 24)).toBeUndefined();
  });
});

describe('a commit', () => {
  it('takes the first block of the piece, and none where there is no reserve', () => {
    expect(pickCommit(reserve('10.0.0.0/24'), pool)).toBe('10.0.0.0/28');
    expect(pickCommit(firstEstate('a', []), pool)).toBeUndefined();
  });
});

describe('the body of a grant', () => {
  it('names the records of all parts in order of ids, above the highest version', () => {
    const part = (prefix: string, record: string, version: number): Holding => {
      return { pool: 'p', prefix, version, record, use: 'reserve' };
    };
    const parts = [part('10.0.0.0/28', 'z', 3), part('10.0.0.16/28', 'b', 9)];
    const rest = [part('10.0.0.32/28', 'm', 4), part('10.0.0.48/28', 'z', 3)];
    const estate = firstEstate('a', [...parts, ...rest]);
    expect(grantBody(estate, 'net', 'p', '10.0.0.0/26', 'b')).toEqual({
      network: 'net',
      pool: 'p',
      prefix: '10.0.0.0/26',
      version: 10,
      owner: 'b',
      predecessors: ['b', 'm', 'z'],
      kind: 'grant',
    });
  });
});
