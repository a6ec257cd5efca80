import { expect, test } from 'vitest';
import { type Attachment, attachmentPath } from './attachment.ts';
import { type Collected, collectAfterMs, collectGarbage } from './collect.ts';
import { createTestbed, smallPool, type Testbed } from './testbed.ts';
import type { Files } from './types.ts';

function pod(containerId: string, network = 'pods'): Attachment {
  return { network, containerId, ifname: 'eth0' };
}

function bedWith(...ids: readonly string[]): Testbed {
  const bed = createTestbed({ pools: [smallPool('10.244.0.4/30', '10.244.0.8/30')] });
  for (const id of ids) expect(bed.add(pod(id)).ok).toBe(true);
  return bed;
}

function collect(bed: Testbed, valid: readonly string[], files: Files = bed.files): Collected {
  const isValid = ({ containerId }: Attachment): boolean => valid.includes(containerId);
  const collected = collectGarbage(files, bed.place, 'pods', isValid, bed.nowMs());
  if (typeof collected === 'string') throw new Error(collected);
  return collected;
}

test('frees what is not listed once it is older than a minute', () => {
  const bed = bedWith('a', 'b', 'c');
  bed.pass(collectAfterMs);
  expect(collect(bed, ['b'])).toMatchObject({ freed: 0, young: 2 });
  bed.add(pod('d'));
  bed.pass(1);
  expect(collect(bed, ['b'])).toMatchObject({ freed: 2, young: 1, failed: [] });
  expect(bed.remains().filter((path) => path.includes('->'))).toHaveLength(4);
  bed.pass(collectAfterMs);
  expect(collect(bed, [])).toMatchObject({ freed: 2 });
  expect(bed.remains()).toEqual([]);
});

test('leaves other networks alone, and sweeps entries without a record of its own only', () => {
  const bed = bedWith('a');
  bed.add(pod('a', 'others'));
  for (const network of ['pods', 'others']) {
    const path = attachmentPath(bed.place, pod('a', network));
    const [claim] = bed.files.readdir(path) as readonly string[];
    bed.files.unlink(`${path}/${claim}`);
  }
  bed.pass(collectAfterMs + 1);
  expect(collect(bed, []).swept.entries).toBe(1);
  expect(bed.remains().filter((path) => path.includes('-> others/a'))).toHaveLength(1);
});

test('a clock that was set back delays the end of a claim by a minute, not by more', () => {
  const bed = bedWith('a');
  bed.pass(-3_600_000);
  expect(collect(bed, [])).toMatchObject({ freed: 0, young: 1 });
  bed.pass(collectAfterMs);
  expect(collect(bed, [])).toMatchObject({ freed: 0, young: 1 });
  bed.pass(1);
  expect(collect(bed, [])).toMatchObject({ freed: 1 });
});

test('goes on after an error and reports it', () => {
  const bed = bedWith('a', 'b', 'c');
  bed.pass(collectAfterMs + 1);
  const path = attachmentPath(bed.place, pod('b'));
  const files: Files = {
    ...bed.files,
    unlink: (name) => (name.startsWith(path) ? 'EIO' : bed.files.unlink(name)),
  };
  expect(collect(bed, [], files)).toMatchObject({
    freed: 2,
    failed: [{ attachment: pod('b'), error: 'EIO' }],
  });
  expect(collect(bed, [])).toMatchObject({ freed: 1, failed: [] });
});
