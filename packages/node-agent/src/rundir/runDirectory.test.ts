import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, type Result, refuse } from '@hedgerow/core';
import { askForBlock, type Files, readAgentFile, runPlace } from '@hedgerow/core/claims';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NoteStore } from './blockNotes.ts';
import type { BlockRef } from './blocks.ts';
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
  over: {
    files?: Files;
    notes?: NoteStore;
    bootId?: string;
    wallMs?: () => number;
    committed?: readonly BlockRef[];
  } = {},
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
    const run = start({ committed: [], wallMs: () => Date.now() + 3_600_000 });
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26'))).toBe(false);
    expect(existsSync(join(pods, 'draining/10.0.1.0_26/10.0.1.5'))).toBe(true);
    expect(run.problems().join()).toContain('1 addresses are still in use');
    free('10.0.1.5', 'draining');
    run.poll();
    expect(await told()).toContainEqual(withdrawn);
  });

  test('that is committed stays open over a restart', async () => {
    start().publish(block);
    open.pop()?.stop();
    start({ committed: [block] });
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26'))).toBe(true);
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

  test('that is closed keeps its addresses and takes no new ones, also after a restart', async () => {
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
  });
});

describe('somebody removes links below the run directory and spares directories', () => {
  const path = (area: string): string => join(pods, area, '10.0.1.0_26');

  /** `find -type l -delete`: all of them, or what is not spared. */
  function removeLinks(spared: readonly string[] = []): void {
    for (const entry of readdirSync(runDir, { recursive: true, withFileTypes: true })) {
      const each = join(entry.parentPath, entry.name);
      if (entry.isSymbolicLink() && !spared.some((name) => each.includes(name))) rmSync(each);
    }
  }

  test('the block closes at the next look, with an alarm that says so, also after a restart', async () => {
    const run = start();
    run.publish(block);
    await told();
    take('10.0.1.5');
    removeLinks();
    run.poll();
    run.poll();
    const lost = { type: 'wiped', ...block, lost: 'entries' };
    await new Promise((resolve) => setImmediate(resolve));
    expect(events.splice(0).filter(({ type }) => type === 'wiped')).toEqual([lost]);
    expect(existsSync(path('draining'))).toBe(true);
    run.stop();
    start().publish(block);
    expect(await told()).toEqual([wiped]);
    expect(existsSync(path('draining'))).toBe(true);
  });

  test.each(['publish', 'close', 'withdraw'] as const)(
    'while the agent is down: %s finds it, and the block is never taken for empty',
    async (goal) => {
      start().publish(block);
      await told();
      take('10.0.1.5');
      open.pop()?.stop();
      removeLinks();
      const run = start({ wallMs: () => Date.now() + 3_600_000 });
      rmSync(join(path('blocks'), '10.0.1.5'), { recursive: true, force: true });
      run[goal](block);
      run.withdraw(block);
      run.poll();
      const all = await told();
      expect(all).toContainEqual(wiped);
      expect(all).not.toContainEqual(withdrawn);
      expect(existsSync(path('draining'))).toBe(true);
    },
  );

  test('at any step of a withdrawal: it ends as a wipe, or was done before', async () => {
    let wipes = 0;
    for (let step = 0, isOver = false; !isOver; step++) {
      rmSync(runDir, { recursive: true, force: true });
      notes.kept.clear();
      start().publish(block);
      open.pop()?.stop();
      await told();
      let left = step;
      isOver = true;
      // The entries, and with them the mark.
      const tidy = (): void => {
        if (left-- !== 0) return;
        isOver = false;
        removeLinks(['/notes']);
      };
      const run = start({ files: watched(tidy) });
      run.withdraw(block);
      const all = await told();
      const isDone = !existsSync(path('draining')) && !existsSync(path('blocks'));
      if (all.some((event) => JSON.stringify(event) === JSON.stringify(wiped))) wipes += 1;
      else expect([isDone, all]).toEqual([true, [withdrawn]]);
      run.stop();
    }
    expect(wipes).toBeGreaterThan(4);
  });
});

/** The real files, with a look before each operation. */
function watched(before: () => void): Files {
  const entries = Object.entries(nodeFiles).map(([name, call]) => [
    name,
    (...args: readonly unknown[]) => {
      before();
      return (call as (...args: readonly unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(entries) as unknown as Files;
}

describe('the database went back, the run directory did not', () => {
  /** What the database had, by what was done since. */
  async function goBack(before: () => void, since: () => void): Promise<RunDirectory> {
    before();
    const kept = new Map(notes.kept);
    since();
    for (const run of open.splice(0)) run.stop();
    await told();
    notes.kept.clear();
    for (const [name, text] of kept) notes.kept.set(name, text);
    return start({ wallMs: () => Date.now() + 3_600_000 });
  }

  test('to before a withdrawal: the block is published anew, nothing was wiped', async () => {
    const run = await goBack(
      () => start().publish(block),
      () => open[0]?.withdraw(block),
    );
    run.publish(block);
    expect(await told()).toEqual([published]);
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26'))).toBe(true);
  });

  test('to the first withdrawal of a block that is open again: it stays open', async () => {
    const run = await goBack(
      () => {
        start().publish(block);
        open[0]?.withdraw(block);
      },
      () => {
        open[0]?.publish(block);
        take('10.0.1.5');
      },
    );
    run.publish(block);
    expect(await told()).toContainEqual(published);
    expect(existsSync(join(pods, 'blocks/10.0.1.0_26/10.0.1.5'))).toBe(true);
  });

  test('to before its first note, with a block on its way out: it goes when it is empty', async () => {
    const run = await goBack(
      () => undefined,
      () => {
        start().publish(block);
        take('10.0.1.5');
        open[0]?.close(block);
      },
    );
    run.publish(block);
    expect(await told()).not.toContainEqual(published);
    free('10.0.1.5', 'draining');
    run.poll();
    expect(await told()).toContainEqual(withdrawn);
  });

  test('and a block was wiped meanwhile: its mark says so', async () => {
    const run = await goBack(
      () => undefined,
      () => start().publish(block),
    );
    rmSync(join(pods, 'blocks/10.0.1.0_26'), { recursive: true });
    run.publish(block);
    expect(await told()).toEqual([wiped]);
  });

  test('and the run directory was wiped, before or after: nothing is opened', async () => {
    const other = { pool: 'default', prefix: '10.0.2.0/26' };
    for (const isWipedFirst of [true, false]) {
      rmSync(runDir, { recursive: true, force: true });
      notes.kept.clear();
      const run = await goBack(
        () => start().publish(block),
        () => {
          open[0]?.publish(other);
          if (!isWipedFirst) return;
          rmSync(join(runDir, bootId), { recursive: true });
          open[0]?.poll();
        },
      );
      run.stop();
      rmSync(join(runDir, bootId), { recursive: true });
      const again = start();
      again.publish(block);
      again.publish(other);
      expect(await told()).toEqual([wiped, ['wiped', '10.0.2.0/26']]);
      again.stop();
    }
  });

  test('with notes that cannot be written at once: they are with the next one', async () => {
    const withdraw = (): void => open[0]?.withdraw(block);
    await goBack(() => start().publish(block), withdraw);
    open.pop()?.stop();
    notes.kept.clear();
    notes.full = true;
    start().stop();
    notes.full = false;
    const run = start();
    run.publish(block);
    expect(await told()).toEqual([published]);
    run.stop();
    start().publish(block);
    expect(await told()).toEqual([published]);
  });
});

test('a run directory of another version is refused: containers have addresses in it', () => {
  start().stop();
  const path = join(pods, 'pool.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"layout":2', '"layout":1'));
  expect(create()).toMatchObject({
    ok: false,
    error: {
      code: 'run-directory',
      message: expect.stringMatching(/older version .*containers of this boot.* reboot it/),
    },
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

describe('killed at any change of files or notes', () => {
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

describe('killed at any change, and then the database goes back', () => {
  const copy = (): ReadonlyMap<string, string> => new Map(notes.kept);

  test.each(['publish', 'withdraw'] as const)('a %s is never taken for a wipe', async (goal) => {
    let isOver = false;
    for (let changes = 0; !isOver; changes++) {
      rmSync(runDir, { recursive: true, force: true });
      notes.kept.clear();
      const states = [copy()];
      if (goal === 'withdraw') {
        start().publish(block);
        open.pop()?.stop();
        states.push(copy());
      }
      isOver = until(changes, (run) => run[goal](block));
      for (const state of states) {
        await told();
        notes.kept.clear();
        for (const [name, text] of state) notes.kept.set(name, text);
        const run = start();
        run.publish(block);
        const all = await told();
        expect(all).not.toContainEqual(wiped);
        if (all[0] !== undefined) expect([published, withdrawn]).toContainEqual(all[0]);
        run.stop();
      }
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
