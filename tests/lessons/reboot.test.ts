// plugins #252, k3s #5885: addresses of pods that a reboot ended stay taken for ever.

import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { createEmbeddedNode, type EmbeddedNode } from '../support/embeddedNode.ts';
import { until } from '../support/until.ts';

const firstBoot = '11111111-1111-4111-8111-111111111111';
const secondBoot = '22222222-2222-4222-8222-222222222222';
const usable = 13;

let cleanup: Cleanup;
let node: EmbeddedNode;
beforeEach(async () => {
  cleanup = createCleanup();
  const pool = 'default=10.92.0.0/28,block=28';
  // The run directory of a test is on a real disk: nothing empties it at a reboot.
  node = await createEmbeddedNode(cleanup, pool, { bootId: firstBoot });
});
afterEach(() => cleanup.run());

async function fill(name: string): Promise<ReadonlySet<string>> {
  const given = new Set<string>();
  for (let pod = 0; pod < usable; pod++) {
    const attachment = `${name}-${pod}`;
    given.add(must(await node.agent.allocate({ pool: 'default', attachment })).address);
  }
  return given;
}

it('a reboot frees every address, on a run directory that survives it too', async () => {
  const before = await fill('before');
  expect(before.size).toBe(usable);
  const none = await node.agent.allocate({ pool: 'default', attachment: 'more', waitMs: 0 });
  expect(none.ok).toBe(false);
  await node.restart({ bootId: secondBoot });
  expect(node.held()).toEqual([]);
  expect(await fill('after')).toEqual(before);
  expect(node.agent.status().alarms).toEqual([]);
});

it('what the boot before left is removed, and nothing else', async () => {
  await fill('before');
  const outside = join(node.runDir, '../outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), '');
  symlinkSync(outside, join(node.runDir, '33333333-3333-4333-8333-333333333333'));
  mkdirSync(join(node.runDir, 'lost+found'));
  // Left by a crash of the agent while it was removing.
  mkdirSync(join(node.runDir, 'old-44444444-4444-4444-8444-444444444444/pools'), {
    recursive: true,
  });
  await node.restart({ bootId: secondBoot });
  const names = await until('the old ones are gone', () => {
    const left = readdirSync(node.runDir);
    return left.every((name) => !name.startsWith('old-')) && left;
  });
  expect(names).not.toContain(firstBoot);
  expect(names).toContain(secondBoot);
  expect(names).toContain('lost+found');
  expect(
    lstatSync(join(node.runDir, '33333333-3333-4333-8333-333333333333')).isSymbolicLink(),
  ).toBe(true);
  expect(existsSync(join(outside, 'kept'))).toBe(true);
});

it('a restart of the agent on the same boot removes nothing', async () => {
  const before = await fill('before');
  await node.restart();
  expect(node.held()).toHaveLength(before.size);
});

it('directories that another member made stay', async () => {
  await node.agent.stop();
  const path = join(node.runDir, 'agent.json');
  writeFileSync(path, JSON.stringify({ layout: 1, member: 'somebody else', bootId: firstBoot }));
  await node.restart({ bootId: secondBoot });
  expect(readdirSync(node.runDir)).toEqual(expect.arrayContaining([firstBoot, secondBoot]));
});
