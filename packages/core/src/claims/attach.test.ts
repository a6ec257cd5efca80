import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, prefixOf } from '../address/index.ts';
import { must } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { blockPath } from './layout.ts';
import { drainBlock, publishBlock } from './publish.ts';
import { type AddResult, createTestbed, smallPool, smallPool6, type Testbed } from './testbed.ts';
import { blockUsage } from './usage.ts';

function pod(containerId: string): Attachment {
  return { network: 'pods', containerId, ifname: 'eth0' };
}

function texts(result: AddResult): readonly string[] {
  return must(result).map(({ address }) => formatAddress(address));
}

function code(result: AddResult): string {
  return result.ok ? 'ok' : result.error.code;
}

const block = '10.244.0.4/30';

describe.each([true, false])('where directories count their links: %s', (countsLinks) => {
  test('every address of a block is given once, then none', () => {
    const bed = createTestbed({ pools: [smallPool(block)], countsLinks });
    const given = ['a', 'b', 'c', 'd'].map((id) => texts(bed.add(pod(id))));
    expect(given.flat()).toEqual(['10.244.0.4', '10.244.0.5', '10.244.0.6', '10.244.0.7']);
    expect(code(bed.add(pod('e')))).toBe('no-space');
    const usage = blockUsage(bed.files, bed.place, 'default');
    expect(usage).toEqual([{ block: prefixOf(block), area: 'blocks', used: 4, isMarked: true }]);
  });

  test('another block is used when the first is full', () => {
    const bed = createTestbed({ pools: [smallPool(block, '10.244.0.8/30')], countsLinks });
    const given = ['a', 'b', 'c', 'd', 'e'].map((id) => texts(bed.add(pod(id))));
    expect(given.at(-1)).toEqual(['10.244.0.8']);
  });

  test('a freed address rests, then it is given again in its turn', () => {
    const bed = createTestbed({ pools: [smallPool(block)], restMs: 30_000, countsLinks });
    for (const id of ['a', 'b', 'c', 'd']) bed.add(pod(id));
    expect(bed.del(pod('b'))).toBeUndefined();
    const refused = bed.add(pod('e'));
    expect(refused.ok ? undefined : refused.error.shortage).toEqual({ resting: 1, leftMs: 30_000 });
    bed.pass(29_999);
    expect(code(bed.add(pod('e')))).toBe('no-space');
    bed.pass(1);
    expect(texts(bed.add(pod('e')))).toEqual(['10.244.0.5']);
  });
});

test('reserved addresses of the pool are never given', () => {
  const bed = createTestbed({ pools: [smallPool('10.244.0.0/30', '10.244.255.252/30')] });
  const given = ['a', 'b', 'c', 'd', 'e'].map((id) => texts(bed.add(pod(id))));
  const usable = ['10.244.0.2', '10.244.0.3', '10.244.255.252', '10.244.255.253', '10.244.255.254'];
  expect(given.flat()).toEqual(usable);
  expect(code(bed.add(pod('f')))).toBe('no-space');
});

test('the search goes round and does not give the lowest free address', () => {
  const bed = createTestbed({ pools: [smallPool(block)], restMs: 0 });
  expect(texts(bed.add(pod('a')))).toEqual(['10.244.0.4']);
  bed.del(pod('a'));
  expect(texts(bed.add(pod('a')))).toEqual(['10.244.0.5']);
});

test('excluded addresses are not given', () => {
  const bed = createTestbed({ pools: [smallPool(block)] });
  const excluded = [prefixOf('10.244.0.4/31'), prefixOf('10.244.0.7/32')];
  expect(texts(bed.add(pod('a'), { excluded }))).toEqual(['10.244.0.6']);
  expect(code(bed.add(pod('b'), { excluded }))).toBe('no-space');
});

describe('a repeated ADD', () => {
  const six = smallPool6('fd00::4/126');
  const both = ['10.244.0.4', 'fd00::4'];

  function bedWithBoth(): Testbed {
    const bed = createTestbed({ pools: [smallPool(block), six] });
    expect(texts(bed.add(pod('a')))).toEqual(both);
    return bed;
  }

  test('of a container that has its addresses is refused, names them, and frees nothing', () => {
    const bed = bedWithBoth();
    const before = bed.remains();
    for (const options of [
      {},
      { pools: ['default'] },
      { netns: '/run/netns/another' },
      { requested: [must(parseAddress('10.244.0.6'))] },
      { excluded: [prefixOf('10.244.0.4/32')] },
    ]) {
      const refused = bed.add(pod('a'), options);
      expect(refused.ok ? undefined : refused.error).toEqual({
        code: 'held',
        message: 'pods/a:eth0 already has 10.244.0.4 of pool default and fd00::4 of pool six',
      });
      expect(bed.remains()).toEqual(before);
    }
    drainBlock(bed.files, bed.place, 'default', prefixOf(block));
    expect(code(bed.add(pod('a')))).toBe('held');
    expect(bed.del(pod('a'))).toBeUndefined();
    expect(bed.remains()).toEqual([]);
  });

  test('for one pool more than before is refused, and frees nothing', () => {
    const bed = createTestbed({ pools: [smallPool(block), six] });
    bed.add(pod('a'), { pools: ['default'] });
    const before = bed.remains();
    expect(code(bed.add(pod('a')))).toBe('held');
    expect(bed.remains()).toEqual(before);
  });

  test('answers the same to a caller that never takes an ADD back, and only for the same wishes', () => {
    const bed = bedWithBoth();
    const repeat = 'answer' as const;
    expect(texts(bed.add(pod('a'), { repeat }))).toEqual(both);
    expect(texts(bed.add(pod('a'), { repeat, pools: ['six'] }))).toEqual(['fd00::4']);
    const requested = [must(parseAddress('10.244.0.6'))];
    expect(code(bed.add(pod('a'), { repeat, requested }))).toBe('held');
    drainBlock(bed.files, bed.place, 'default', prefixOf(block));
    expect(texts(bed.add(pod('a'), { repeat }))).toEqual(both);
  });

  test('after one that was killed before it had all begins anew, and leaves nothing of that one', () => {
    const bed = createTestbed({ pools: [smallPool(block), six] });
    let renames = 0;
    const files = bed.hooked(({ name }) => {
      if (name === 'rename' && renames++ === 1) throw new Error('killed');
    });
    expect(() => bed.add(pod('a'), { files })).toThrow('killed');
    expect(bed.remains().filter((path) => path.endsWith('pods/a:eth0'))).not.toEqual([]);
    expect(texts(bed.add(pod('a')))).toHaveLength(2);
    expect(bed.del(pod('a'))).toBeUndefined();
    expect(bed.remains()).toEqual([]);
  });
});

test('all pools or none: a full second pool gives back the first', () => {
  const bed = createTestbed({ pools: [smallPool(block), smallPool6()] });
  const refused = bed.add(pod('a'));
  expect(refused.ok ? undefined : refused.error).toMatchObject({ code: 'no-space', pool: 'six' });
  expect(bed.remains()).toEqual([]);
  // What was never answered need not rest.
  expect(bed.files.tree().some((path) => path.includes('/resting/'))).toBe(false);
});

describe('a requested address', () => {
  const wanted = must(parseAddress('10.244.0.6'));

  test('is given, also while it rests', () => {
    const bed = createTestbed({ pools: [smallPool(block)] });
    expect(texts(bed.add(pod('a'), { requested: [wanted] }))).toEqual(['10.244.0.6']);
    bed.del(pod('a'));
    expect(texts(bed.add(pod('b'), { requested: [wanted] }))).toEqual(['10.244.0.6']);
  });

  test('is refused when somebody has it, and when no block here has it', () => {
    const bed = createTestbed({ pools: [smallPool(block)] });
    bed.add(pod('a'), { requested: [wanted] });
    expect(code(bed.add(pod('b'), { requested: [wanted] }))).toBe('taken');
    const away = must(parseAddress('10.244.9.9'));
    expect(code(bed.add(pod('b'), { requested: [away] }))).toBe('not-here');
    expect(bed.remains().filter((path) => path.includes('b:eth0'))).toEqual([]);
  });
});

test('an ADD that waits sees a block that comes', () => {
  const bed = createTestbed({ pools: [smallPool()] });
  const wait = (): boolean =>
    publishBlock(bed.files, bed.place, 'default', prefixOf(block)) === undefined;
  expect(texts(bed.add(pod('a'), { wait }))).toEqual(['10.244.0.4']);
});

test('a block that was withdrawn is left alone', () => {
  const bed = createTestbed({ pools: [smallPool(block, '10.244.0.8/30')] });
  bed.add(pod('a'));
  drainBlock(bed.files, bed.place, 'default', prefixOf(block));
  expect(texts(bed.add(pod('b')))).toEqual(['10.244.0.8']);
});

test('one attachment with two interfaces, and one name in two networks, are different attachments', () => {
  const bed = createTestbed({ pools: [smallPool(block)] });
  const all = [pod('a'), { ...pod('a'), ifname: 'eth1' }, { ...pod('a'), network: 'other' }];
  expect(new Set(all.flatMap((one) => texts(bed.add(one)))).size).toBe(3);
  bed.del(all[1] as Attachment);
  expect(code(bed.add(pod('a')))).toBe('held');
});

test('DEL of what is not there succeeds, also without any run directory', () => {
  const bed = createTestbed({ pools: [] });
  expect(bed.del(pod('never'))).toBeUndefined();
  const elsewhere = { root: '/none', boot: '/none/b00701d0' };
  expect(bed.files.readdir(blockPath(elsewhere, 'p', 'blocks', prefixOf(block)))).toBe('ENOENT');
});

test('a disk that fills up fails the ADD and leaves nothing', () => {
  const bed = createTestbed({ pools: [smallPool(block)] });
  const used = bed.files.tree().length;
  for (let room = 0; room < 6; room++) {
    const files = bed.files.with({ capacity: used + room });
    const result = bed.add(pod('a'), { files });
    if (result.ok) {
      expect(bed.del(pod('a'))).toBeUndefined();
    } else {
      expect(result.error.code).toBe('io');
      expect(result.error.message).toContain('ENOSPC');
    }
    expect(bed.remains()).toEqual([]);
  }
});
