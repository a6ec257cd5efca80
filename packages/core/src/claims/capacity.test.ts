import { expect, test } from 'vitest';
import { prefixOf } from '../address/index.ts';
import { bookPool, usableCount } from '../book/index.ts';
import { isFull } from './capacity.ts';

const excludes = [[], [prefixOf('10.1.0.0/31')], [prefixOf('10.1.0.0/16')]];

test.each(['pool', 'block'] as const)(
  'subnet %s: full is when the usable ones are taken',
  (subnet) => {
    for (const blockLength of [26, 29, 30, 31, 32]) {
      const pool = {
        ...bookPool({ name: 'p', prefix: '10.1.0.0/16', blockLength, subnet }),
        restMs: 0,
      };
      for (const start of ['10.1.0.0', '10.1.7.64', '10.1.255.255']) {
        const mask = blockLength === 32 ? start : start.replace('255.255', '255.192');
        const block = prefixOf(`${mask}/${blockLength}`);
        for (const excluded of excludes) {
          const usable = usableCount(pool, block, excluded);
          for (let taken = 0; taken <= 2 ** (32 - blockLength); taken++)
            expect(isFull(pool, block, excluded, taken)).toBe(taken >= usable);
        }
      }
    }
  },
);
