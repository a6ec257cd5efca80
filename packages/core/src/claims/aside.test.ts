import { expect, test } from 'vitest';
import { formatAddress } from '../address/index.ts';
import { must } from '../result.ts';
import { freeAside, putBack, putBackAll, setAside } from './aside.ts';
import { type Attachment, recordPath } from './attachment.ts';
import type { HeldAddress } from './entry.ts';
import { drainBlock } from './publish.ts';
import { parseRecord } from './record.ts';
import { type AddResult, createTestbed, smallPool, type Testbed } from './testbed.ts';

const pod: Attachment = { network: 'pods', containerId: 'a', ifname: 'eth0' };
const other: Attachment = { ...pod, containerId: 'b' };
const block = '10.244.0.4/30';

function bedWith(): Testbed {
  const bed = createTestbed({ pools: [smallPool(block)], restMs: 0 });
  texts(bed.add(pod));
  return bed;
}

function texts(result: AddResult): readonly string[] {
  return must(result).map(({ address }) => formatAddress(address));
}

/** Sets aside what the pod's first claim holds. */
function aside(bed: Testbed): HeldAddress {
  const [held] = must(bed.add(pod, { repeat: 'answer' }));
  const read = bed.files.readlink(recordPath(bed.place, pod, held?.claim ?? ''));
  const record = typeof read === 'string' ? undefined : parseRecord(read.target);
  const taken = record && setAside(bed.files, bed.place, held?.claim ?? '', record);
  if (typeof taken !== 'object') throw new Error('nothing is held');
  return taken;
}

test('what is set aside is nobody else’s, and freed with all that belongs to it', () => {
  const bed = bedWith();
  const held = aside(bed);
  for (const id of ['x', 'y', 'z']) texts(bed.add({ ...pod, containerId: id }));
  expect(bed.add(other).ok).toBe(false);
  expect(freeAside(bed.files, bed.place, pod, held)).toBeUndefined();
  expect(bed.remains().filter((path) => path.includes('a:eth0'))).toEqual([]);
  expect(texts(bed.add(other))).toEqual(['10.244.0.4']);
});

test('what is put back is held as before', () => {
  const bed = bedWith();
  const before = bed.remains();
  expect(putBack(bed.files, bed.place, aside(bed))).toBeUndefined();
  expect(bed.remains()).toEqual(before);
});

test('works on a block that began to drain meanwhile', () => {
  const bed = bedWith();
  const held = aside(bed);
  drainBlock(bed.files, bed.place, 'default', held.block);
  expect(putBack(bed.files, bed.place, held)).toBeUndefined();
  expect(texts(bed.add(pod, { repeat: 'answer' }))).toEqual(['10.244.0.4']);
  expect(freeAside(bed.files, bed.place, pod, aside(bed))).toBeUndefined();
  expect(bed.remains().filter((path) => path.includes('a:eth0'))).toEqual([]);
});

test('an ADD between the steps gets an address that the late step does not touch', () => {
  for (const finish of ['free', 'back'] as const) {
    const bed = bedWith();
    const held = aside(bed);
    const again = texts(bed.add(pod));
    expect(again).not.toContain('10.244.0.4');
    if (finish === 'free') freeAside(bed.files, bed.place, pod, held);
    else putBack(bed.files, bed.place, held);
    expect(texts(bed.add(pod, { repeat: 'answer' }))).toEqual(again);
    bed.del(pod);
    bed.sweep();
    expect(bed.remains()).toEqual([]);
  }
});

test('killed before any operation, and DEL before or after: a start and a sweep leave nothing', () => {
  const step = (bed: Testbed, files = bed.files): void => {
    const [held] = must(bed.add(pod, { repeat: 'answer' }));
    const read = bed.files.readlink(recordPath(bed.place, pod, held?.claim ?? ''));
    const record = typeof read === 'string' ? undefined : parseRecord(read.target);
    const taken = record && setAside(files, bed.place, held?.claim ?? '', record);
    if (typeof taken === 'object') freeAside(files, bed.place, pod, taken);
  };
  let cases = 0;
  for (let at = 0, isDone = false; !isDone; at++) {
    for (const order of ['del first', 'start first']) {
      const bed = bedWith();
      let operations = 0;
      const files = bed.hooked(() => {
        if (operations++ === at) throw new Error('killed');
      });
      try {
        step(bed, files);
        isDone = true;
      } catch (error) {
        expect((error as Error).message).toBe('killed');
      }
      if (order === 'del first') bed.del(pod);
      putBackAll(bed.files, bed.place);
      bed.sweep();
      bed.del(pod);
      bed.sweep();
      expect(bed.remains(), `${order}, killed before operation ${at}`).toEqual([]);
      expect(
        new Set(['a', 'b', 'c', 'd'].flatMap((id) => texts(bed.add({ ...pod, containerId: id }))))
          .size,
      ).toBe(4);
      cases++;
    }
  }
  expect(cases).toBeGreaterThan(20);
});
