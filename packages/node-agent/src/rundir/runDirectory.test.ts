import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askForBlock, readAgentFile, runPlace } from '@hedgerow/core/claims';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFiles } from './nodeFiles.ts';
import {
  block,
  bootId,
  events,
  free,
  notes,
  open,
  pods,
  published,
  runDir,
  setUp,
  start,
  take,
  tearDown,
  told,
  wiped,
  withdrawn,
} from './testRun.ts';

beforeEach(setUp);
afterEach(tearDown);

describe('a block', () => {
  test('is published once, and again after a restart it is simply there', async () => {
    start().publish(block);
    expect(await told()).toEqual([published]);
    take('10.0.1.5');
    open.pop()?.stop();
    const run = start();
    run.publish(block);
    run.poll();
    expect(await told()).toEqual([published, { type: 'usage', blocks: [{ ...block, used: 1 }] }]);
  });

  test('that vanished under a running node is wiped, once and also after a restart', async () => {
    const run = start();
    run.publish(block);
    await told();
    rmSync(join(runDir, bootId), { recursive: true });
    run.poll();
    run.poll();
    expect((await told()).filter((event) => Array.isArray(event))).toEqual([wiped]);
    run.stop();
    start().publish(block);
    expect(await told()).toEqual([wiped]);
  });

  test('that another member left open takes no new addresses, and goes when it is empty', async () => {
    start().publish(block);
    await told();
    take('10.0.1.5');
    open.pop()?.stop();
    notes.kept.clear();
    const run = start({ wallMs: () => Date.now() + 3_600_000 });
    expect(run.found()).toEqual([{ ...block, used: 1 }]);
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26'))).toBe(true);
    run.close(block);
    run.withdraw(block);
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26'))).toBe(false);
    expect(existsSync(join(pods, 'draining/10.0.1.0_26/10.0.1.5'))).toBe(true);
    expect(run.problems().join()).toContain('1 addresses are still in use');
    free('10.0.1.5', 'draining');
    run.poll();
    expect(await told()).toContainEqual(withdrawn);
  });

  test('that is found tells its use from then on, whatever is said about it', async () => {
    start().publish(block);
    await told();
    take('10.0.1.5');
    open.pop()?.stop();
    const run = start();
    expect(run.found()).toEqual([{ ...block, used: 1 }]);
    run.poll();
    expect(await told()).toEqual([{ type: 'usage', blocks: [{ ...block, used: 1 }] }]);
    free('10.0.1.5', 'blocks');
    run.poll();
    expect(await told()).toEqual([{ type: 'usage', blocks: [{ ...block, used: 0 }] }]);
    expect(run.problems()).toEqual([]);
  });

  test('that a killed agent was closing is closed before anybody is asked whose it is', () => {
    start().publish(block);
    open.pop()?.stop();
    notes.kept.set('block default 10.0.1.0/26', `closed ${bootId}`);
    expect(start().found()).toEqual([{ ...block, used: 0 }]);
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26'))).toBe(false);
  });

  test('is closed though the database refuses the note, and does not open again', async () => {
    const run = start();
    run.publish(block);
    take('10.0.1.5');
    notes.full = true;
    run.close(block);
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26'))).toBe(false);
    expect(run.problems()).toEqual([expect.stringContaining('disk full')]);
    run.stop();
    notes.full = false;
    start().publish(block);
    expect(existsSync(join(pods, 'draining/10.0.1.0_26/10.0.1.5'))).toBe(true);
  });

  test('of an earlier boot is published anew', async () => {
    start().publish(block);
    open.pop()?.stop();
    await told();
    start({ bootId: 'fedcba98-7654-3210-fedc-ba9876543210' }).publish(block);
    expect(await told()).toEqual([published]);
  });

  test('is not published while the database refuses the note, and is as soon as it does not', async () => {
    const run = start();
    notes.full = true;
    run.publish(block);
    expect(run.problems()).toEqual([expect.stringContaining('disk full')]);
    run.poll();
    expect((await told()).filter((event) => Array.isArray(event))).toEqual([]);
    notes.full = false;
    run.poll();
    expect(run.problems()).toEqual([]);
    expect(await told()).toContainEqual(published);
  });

  test('is withdrawn when it is empty and rested', async () => {
    let now = Date.now();
    const run = start({ wallMs: () => now });
    run.publish(block);
    await told();
    take('10.0.1.5');
    run.close(block);
    run.withdraw(block);
    run.withdraw(block);
    expect(run.problems()[0]).toMatch(/1 addresses are still in use/);
    free('10.0.1.5', 'draining');
    mkdirSync(join(pods, 'resting/10.0.1.5'));
    run.poll();
    expect(run.problems()[0]).toMatch(/freed a moment ago/);
    expect((await told()).filter((event) => Array.isArray(event))).toEqual([]);
    now += 31_000;
    run.poll();
    expect(await told()).toContainEqual(withdrawn);
    expect(nodeFiles.readdir(join(pods, 'draining'))).toEqual([]);
    run.publish(block);
    expect(await told()).toEqual([published]);
  });

  test('stays open when it came into use after the count that led to its withdrawal', async () => {
    const run = start();
    run.publish(block);
    await told();
    take('10.0.1.5');
    // As the reducer's effect comes in, with fields of its own.
    run.withdraw({ ...block, ...{ type: 'withdrawBlock' } });
    expect((await told()).slice(-2)).toEqual([
      { type: 'usage', blocks: [{ ...block, used: 1 }] },
      published,
    ]);
    expect(nodeFiles.readdir(join(pods, 'blocks'))).toHaveLength(1);
    free('10.0.1.5', 'blocks');
    run.withdraw(block);
    expect(await told()).toContainEqual(withdrawn);
  });

  test('that was never published is withdrawn at once', async () => {
    start().withdraw(block);
    expect(await told()).toEqual([withdrawn]);
  });

  test('that is closed keeps its addresses and takes no new ones; after a restart it goes when it is empty', async () => {
    const run = start();
    run.publish(block);
    take('10.0.1.5');
    run.close(block);
    run.poll();
    expect(await told()).toEqual([published, { type: 'usage', blocks: [{ ...block, used: 1 }] }]);
    expect(nodeFiles.readdir(join(pods, 'blocks'))).toEqual([]);
    run.stop();
    const again = start();
    again.publish(block);
    expect(await told()).toEqual([]);
    expect(again.addresses()).toMatchObject([{ address: '10.0.1.5', container: 'c1' }]);
    expect(again.problems().join()).toContain('1 addresses are still in use');
  });
});

test('a withdrawal that the register did not learn of is told again', async () => {
  const run = start();
  run.publish(block);
  run.withdraw(block);
  await told();
  run.stop();
  const again = start();
  again.publish(block);
  expect(await told()).toEqual([withdrawn]);
  again.publish(block);
  expect(await told()).toEqual([published]);
});

test('a wish is told once and taken away', async () => {
  const place = runPlace(runDir, bootId);
  if (place === undefined) throw new Error('no place');
  const run = start();
  askForBlock(nodeFiles, place, 'default');
  run.poll();
  expect(await told()).toContainEqual({ type: 'wanted', pool: 'default' });
  expect(nodeFiles.readdir(join(runDir, bootId, 'wanted'))).toEqual([]);
});

test('a wish wakes the watch without a poll', async () => {
  const place = runPlace(runDir, bootId);
  if (place === undefined) throw new Error('no place');
  start();
  askForBlock(nodeFiles, place, 'default');
  await expect.poll(() => events).toContainEqual({ type: 'wanted', pool: 'default' });
});

test('agent.json tells readiness, and keeps in mind that it was ready', () => {
  const run = start();
  expect(readAgentFile(nodeFiles, runDir)).toMatchObject({
    ok: true,
    value: { ready: false, wasReady: false, member: '12D3a', bootId },
  });
  run.setReadiness({ ready: true, reasons: [], pools: { default: { reason: 'no block left' } } });
  run.stop();
  expect(readAgentFile(nodeFiles, runDir)).toMatchObject({
    ok: true,
    value: {
      ready: false,
      wasReady: true,
      reasons: ['the agent is stopped'],
      pools: { default: { reason: 'no block left' } },
    },
  });
  expect(readFileSync(join(pods, 'pool.json'), 'utf8')).toContain('"restMs":30000');
});
