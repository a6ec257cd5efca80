import { expect, test } from 'vitest';
import { parseAddress, prefixOf } from '../address/index.ts';
import { must } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { writeOwners } from './owners.ts';
import { drainBlock } from './publish.ts';
import { createTestbed, smallPool, smallPool6, type Testbed } from './testbed.ts';

function pod(containerId: string): Attachment {
  return { network: 'pods', containerId, ifname: 'eth0' };
}

function bedOfTwo(): Testbed {
  const pools = [smallPool('10.244.0.4/30'), smallPool6('fd00::4/126')];
  return createTestbed({ pools });
}

/** Requests one address for pod `b` and gives what was held, or code and reason. */
function request(bed: Testbed, text: string): string {
  const address = must(parseAddress(text));
  const pools = [address.family === 4 ? 'default' : 'six'];
  const result = bed.add(pod('b'), { requested: [address], pools });
  return result.ok ? 'given' : `${result.error.code}: ${result.error.message}`;
}

test('taken: says by which attachment', () => {
  const bed = bedOfTwo();
  bed.add(pod('a'));
  expect(request(bed, '10.244.0.4')).toBe(
    'taken: 10.244.0.4 of pool default is taken by pods/a:eth0',
  );
  expect(request(bed, 'fd00::4')).toBe('taken: fd00::4 of pool six is taken by pods/a:eth0');
  expect(bed.remains().filter((path) => path.includes('/b:'))).toEqual([]);
});

test('not here: says which node has it, as far as is known', () => {
  const bed = bedOfTwo();
  expect(request(bed, '10.244.9.1')).toMatch(/^not-here: .*10\.244\.9\.0\/30, .* not open on this/);
  writeOwners(bed.files, bed.place, 'default', [
    { prefix: prefixOf('10.244.8.0/23'), name: 'node-b' },
  ]);
  expect(request(bed, '10.244.9.1')).toMatch(/^not-here: .* belongs to node node-b: start/);
  expect(bed.remains()).toEqual([]);
});

test('not here: a block that is handed over gives nothing new', () => {
  const bed = bedOfTwo();
  bed.add(pod('a'));
  drainBlock(bed.files, bed.place, 'default', prefixOf('10.244.0.4/30'));
  expect(request(bed, '10.244.0.5')).toMatch(/^not-here: .*handed over\)$/);
  expect(request(bed, '10.244.0.4')).toMatch(/handed over\), and taken by pods\/a:eth0$/);
});

test('a resting address may be requested', () => {
  const bed = bedOfTwo();
  bed.add(pod('a'));
  bed.del(pod('a'));
  expect(request(bed, '10.244.0.4')).toBe('given');
});
