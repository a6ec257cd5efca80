import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enclosingPrefix } from '../address/index.ts';
import { checkAttachment, ownerText, parseOwnerText } from './attachment.ts';
import { formatRecord, maxCandidates, parseRecord } from './record.ts';

const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,60}$/);
const ifname = fc.stringMatching(/^[!-.0-9;-~]{1,15}$/).filter((text) => !/^\.{1,2}$/.test(text));

test('an attachment reads back from its text', () => {
  fc.assert(
    fc.property(name, name, ifname, (network, containerId, ifname) => {
      const attachment = { network, containerId, ifname };
      expect(checkAttachment(attachment).ok).toBe(true);
      expect(parseOwnerText(ownerText(attachment))).toEqual(attachment);
    }),
  );
});

test.each([
  ['network', { network: '../etc' }, /network name/],
  ['network', { network: '' }, /network name/],
  ['network', { network: 'n'.repeat(256) }, /256 bytes/],
  ['container', { containerId: 'a/b' }, /container id/],
  ['container', { containerId: '..' }, /container id/],
  ['container', { containerId: 'a:b' }, /container id/],
  ['container', { containerId: 'ü' }, /container id/],
  ['together', { containerId: 'c'.repeat(251) }, /256 bytes together/],
  ['interface', { ifname: '..' }, /names nothing/],
  ['interface', { ifname: 'a/b' }, /interface name/],
  ['interface', { ifname: 'a:b' }, /interface name/],
  ['interface', { ifname: 'a b' }, /interface name/],
  ['interface', { ifname: 'sixteen-letters-' }, /at most 15/],
])('a %s that would not be safe in a path is refused: %j', (_, wrong, message) => {
  const checked = checkAttachment({ network: 'pods', containerId: 'c', ifname: 'eth0', ...wrong });
  expect(checked.ok ? '' : checked.error.message).toMatch(message);
});

test('a record reads back, with a network namespace of any name', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(4 as const, 6 as const),
      fc.bigInt(0n, 2n ** 32n - 1n),
      fc.uniqueArray(fc.bigInt(0n, 255n), { minLength: 1, maxLength: maxCandidates }),
      fc.integer({ min: 1, max: 9999 }),
      fc.string({ maxLength: 40 }),
      (family, value, offsets, pools, netns) => {
        const block = enclosingPrefix({ family, value }, family === 4 ? 24 : 120);
        const candidates = offsets.map((offset) => ({ family, value: block.value + offset }));
        const record = { pool: 'default', block, candidates, pools, netns };
        expect(parseRecord(formatRecord(record))).toEqual(record);
      },
    ),
  );
});

test('the longest record fits into a symlink', () => {
  const block = { family: 6 as const, value: (2n ** 128n - 1n) ^ 255n, length: 120 };
  const candidates = Array.from({ length: maxCandidates }, (_, at) => ({
    family: 6 as const,
    value: block.value + 200n + BigInt(at),
  }));
  const record = {
    pool: 'p'.repeat(63),
    block,
    candidates,
    pools: 9999,
    netns: 'n'.repeat(1024),
  };
  expect(formatRecord(record).length).toBeLessThan(4000);
  expect(parseRecord(formatRecord({ ...record, netns: 'n'.repeat(1025) }))?.netns).toBe('');
});

test.each([
  '',
  'default',
  'default 10.0.0.0_26',
  'default 10.0.0.0_26  ',
  'a/b 10.0.0.0_26 10.0.0.1 1 ',
  'default 10.0.0.0_26 10.0.0.1 ',
  'default 10.0.0.0_26 10.0.0.1 0 /run/netns/a',
  'default 10.0.0.0_26 10.0.0.1 /run/netns/a',
])('%j is no record', (target) => {
  expect(parseRecord(target)).toBeUndefined();
});
