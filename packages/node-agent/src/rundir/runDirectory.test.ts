import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, type Result, refuse } from '@hedgerow/core';
import { askForBlock, type Files, readAgentFile, runPlace } from '@hedgerow/core/claims';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NoteStore } from './blockNotes.ts';
import { nodeFiles } from './nodeFiles.ts';
import { createRunDirectory, type RunDirectory, type RunEvent } from './runDirectory.ts';

const bootId = '01234567-89ab-cdef-0123-456789abcdef';
const pool = {
  name: 'default',
  prefix: '10.0.0.0/16',
  blockLength: 26,
  subnet: 'pool' as const,
};
const block = { pool: 'default', prefix: '10.0.1.0/26' };
const claim = '0123456789abcdef';

let base: string;
let runDir: string;
let pods: string;
let notes: MemoryNotes;
let events: RunEvent[];
let open: RunDirectory[];

class MemoryNotes implements NoteStore {
  readonly kept: Map<string, string> = new Map();
  full = false;
  notes(prefix: string): Result<ReadonlyMap<string, string>> {
    return ok(new Map([...this.kept].filter(([name]) => name.startsWith(prefix))));
  }
  putNotes(changes: Readonly<Record<string, string | undefined>>): Result<void> {
    if (this.full) return refuse('storage', 'disk full');
    for (const [name, text] of Object.entries(changes)) {
      if (text === undefined) this.kept.delete(name);
      else this.kept.set(name, text);
    }
    return ok(undefined);
  }
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hg-run-'));
  runDir = join(base, 'run');
  pods = join(runDir, bootId, 'pools/default');
  notes = new MemoryNotes();
  events = [];
  open = [];
});
afterEach(() => {
  for (const run of open) run.stop();
  rmSync(base, { recursive: true, force: true });
});

function create(
  over: { files?: Files; notes?: NoteStore; bootId?: string; wallMs?: () => number } = {},
) {
  const result = createRunDirectory({
    runDir,
    bootId,
    files: nodeFiles,
    notes,
    pools: [pool],
    member: '12D3a',
    name: 'alder',
    onEvent: (event) => events.push(event),
    pollMs: 3_600_000,
    ...over,
  });
  if (result.ok) open.push(result.value);
  return result;
}

function start(over: Parameters<typeof create>[0] = {}): RunDirectory {
  const result = create(over);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** The events so far without their pool, and forgets them. */
async function told(): Promise<readonly unknown[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return events.splice(0).map((event) => ('prefix' in event ? [event.type, event.prefix] : event));
}

function take(address: string, area = 'blocks'): void {
  const attachment = join(runDir, bootId, 'attachments/pods/c1:eth0');
  mkdirSync(attachment, { recursive: true });
  symlinkSync(`default 10.0.1.0_26 ${address} `, join(attachment, claim));
  mkdirSync(join(pods, area, '10.0.1.0_26', address));
  symlinkSync('pods/c1:eth0', join(pods, area, '10.0.1.0_26', address, claim));
}

function free(address: string, area: string): void {
  rmSync(join(pods, area, '10.0.1.0_26', address), { recursive: true });
}

const published = ['published', '10.0.1.0/26'];
const withdrawn = ['withdrawn', '10.0.1.0/26'];
const wiped = ['wiped', '10.0.1.0/26'];

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
    notes = new MemoryNotes();
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

/** Files and notes that stop working after so many changes, as if the agent were killed there. */
function dying(changes: number): { readonly files: Files; readonly notes: NoteStore } {
  let left = changes;
  const change =
    <A extends readonly unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      if (left-- <= 0) throw new Error('killed');
      return call(...args);
    };
  const { mkdir, rmdir, rename, unlink, symlink, writeText, touch } = nodeFiles;
  const files = {
    ...nodeFiles,
    mkdir: change(mkdir),
    rmdir: change(rmdir),
    rename: change(rename),
    unlink: change(unlink),
    symlink: change(symlink),
    writeText: change(writeText),
    touch: change(touch),
  };
  const putNotes = change((texts: Parameters<NoteStore['putNotes']>[0]) => notes.putNotes(texts));
  return { files, notes: { notes: (prefix) => notes.notes(prefix), putNotes } };
}

describe('killed at any change of files or notes', () => {
  function until(changes: number, action: (run: RunDirectory) => void): boolean {
    try {
      action(start(dying(changes)));
      return true;
    } catch {
      return false;
    } finally {
      for (const run of open.splice(0)) {
        try {
          run.stop();
        } catch {}
      }
    }
  }

  test('a publication is never taken for a wipe', async () => {
    let survived = false;
    for (let changes = 0; !survived; changes++) {
      rmSync(runDir, { recursive: true, force: true });
      notes.kept.clear();
      survived = until(changes, (run) => run.publish(block));
      await told();
      start().publish(block);
      expect(await told()).toEqual([published]);
      open.pop()?.stop();
    }
  });

  test('a withdrawal ends as one', async () => {
    let survived = false;
    for (let changes = 0; !survived; changes++) {
      rmSync(runDir, { recursive: true, force: true });
      notes.kept.clear();
      start().publish(block);
      open.pop()?.stop();
      survived = until(changes, (run) => run.withdraw(block));
      await told();
      const run = start();
      run.withdraw(block);
      expect(await told()).toEqual([withdrawn]);
      run.publish(block);
      expect(await told()).toEqual([published]);
      run.stop();
    }
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
