/** Somebody removes links below the run directory and spares directories, while containers use what looks free then. */
import { expect, test } from 'vitest';
import { formatAddress, parseAddress, prefixOf } from '../address/index.ts';
import { must } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { isMarked, unmarkedBlocks } from './marks.ts';
import { publishBlock } from './publish.ts';
import { type AddResult, createTestbed, smallPool, type Testbed } from './testbed.ts';
import { blockUsage } from './usage.ts';

const block = '10.244.0.4/30';
const other = '10.244.0.8/30';

function pod(containerId: string): Attachment {
  return { network: 'pods', containerId, ifname: 'eth0' };
}

/** `find -type l -delete`, in the order of the texts, as far as `isGone` says. */
function removeLinks({ files }: Testbed, isGone: (path: string) => boolean): void {
  for (const line of files.tree()) {
    const [path = '', target] = line.split(' -> ');
    if (target !== undefined && isGone(path)) files.unlink(path);
  }
}

const all = (): boolean => true;

/** A block with two of its four addresses in use. */
function bedOfTwo(...more: readonly string[]): { bed: Testbed; used: readonly string[] } {
  const bed = createTestbed({ pools: [smallPool(block, ...more)], restMs: 0 });
  const used = ['a', 'b'].flatMap((id) => texts(bed.add(pod(id))));
  return { bed, used };
}

function texts(result: AddResult): readonly string[] {
  return result.ok ? result.value.map(({ address }) => formatAddress(address)) : [];
}

test('a block that has lost its links gives no address, and others go on', () => {
  const { bed } = bedOfTwo(other);
  removeLinks(bed, (path) => !path.endsWith('/marks/10.244.0.8_30'));
  expect(texts(bed.add(pod('c')))).toEqual(['10.244.0.8']);
  const requested = [must(parseAddress('10.244.0.7'))];
  expect(bed.add(pod('d'), { requested })).toMatchObject({
    ok: false,
    error: { code: 'not-here', message: expect.stringContaining('links were removed') },
  });
  expect(unmarkedBlocks(bed.files, bed.place, 'default')).toEqual([prefixOf(block)]);
  const usage = blockUsage(bed.files, bed.place, 'default');
  expect(usage).toMatchObject([{ isMarked: false }, { isMarked: true }]);
});

test('a block is never in place without its mark', () => {
  const bed = createTestbed({ pools: [smallPool()] });
  const files = bed.hooked(({ name, path }) => {
    if (name === 'mkdir' && path.includes('/blocks/'))
      expect(isMarked(bed.files, bed.place, 'default', prefixOf(block))).toBe(true);
  });
  expect(publishBlock(files, bed.place, 'default', prefixOf(block))).toBeUndefined();
  expect(bed.files.tree().join()).toContain('/blocks/10.244.0.4_30');
});

test.each([
  ['all links', all],
  ['all but what the ADD itself has made', (path: string) => !path.includes('/c:eth0')],
  ['the marks alone', (path: string) => path.includes('/marks/')],
])('%s go at any moment of an ADD: it never answers an address that was in use', (_, isGone) => {
  let refused = 0;
  for (let index = 0; ; index++) {
    const { bed, used } = bedOfTwo();
    let count = 0;
    const files = bed.hooked(() => {
      if (count++ === index) removeLinks(bed, isGone);
    });
    const given = bed.add(pod('c'), { files });
    for (const address of texts(given)) expect(used).not.toContain(address);
    if (count <= index) break;
    if (given.ok) continue;
    refused += 1;
    expect(['no-space', 'tidied', 'cancelled']).toContain(given.error.code);
  }
  expect(refused).toBeGreaterThan(10);
});
