import { expect, test } from 'vitest';
import { parseAddress, prefixOf } from '../address/index.ts';
import { must } from '../result.ts';
import { maxOwnersBytes, ownerHint, writeOwners } from './owners.ts';
import { createTestbed, smallPool, smallPool6 } from './testbed.ts';

const bed = createTestbed({ pools: [smallPool(), smallPool6()] });

function hint(pool: string, address: string): string | undefined {
  return ownerHint(bed.files, bed.place, pool, must(parseAddress(address)));
}

test('names the node whose prefix has the address, and nobody else', () => {
  expect(hint('default', '10.244.1.1')).toBeUndefined();
  writeOwners(bed.files, bed.place, 'default', [
    { prefix: prefixOf('10.244.1.0/26'), name: 'node-b' },
    { prefix: prefixOf('10.244.2.0/23'), name: 'a name\nof 10.244.9.0/24' },
  ]);
  expect(hint('default', '10.244.1.63')).toBe('node-b');
  expect(hint('default', '10.244.3.255')).toBe('a?name?of?10.244.9.0/24');
  expect(hint('default', '10.244.1.64')).toBeUndefined();
  expect(hint('six', 'fd00::1')).toBeUndefined();
});

test('what does not fit is left out whole, and a damaged file is no hint', () => {
  const many = Array.from({ length: 4000 }, (_, at) => ({
    prefix: prefixOf(`10.244.${at >> 6}.${(at & 63) * 4}/30`),
    name: `node-${at}`,
  }));
  writeOwners(bed.files, bed.place, 'default', many);
  const path = `${bed.place.boot}/pools/default/owners`;
  const read = bed.files.readText(path, maxOwnersBytes * 2);
  if (typeof read === 'string') throw new Error(read);
  expect(read.text.length).toBeLessThanOrEqual(maxOwnersBytes);
  expect(read.text.endsWith('\n')).toBe(true);
  expect(hint('default', '10.244.0.5')).toBe('node-1');
  bed.files.writeText(path, '10.244.0.0/16\n10.244.0.0/16 \u001b[2J\nnonsense\n');
  expect(hint('default', '10.244.0.5')).toBeUndefined();
});
