/** Parts of the run directory or of the database are lost while containers may live, or an agent is killed: what is told. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunDirectory } from './runDirectory.ts';
import {
  block,
  bootId,
  create,
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
  until,
  watched,
  wiped,
  withdrawn,
} from './testRun.ts';

beforeEach(setUp);
afterEach(tearDown);

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

  test('entries first and then the mark, at any step of a withdrawal: no withdrawal is told', async () => {
    let wipes = 0;
    for (const between of [0, 2, 4, 6]) {
      for (let step = 0, isOver = false; !isOver; step++) {
        rmSync(runDir, { recursive: true, force: true });
        notes.kept.clear();
        start().publish(block);
        take('10.0.1.5');
        open.pop()?.stop();
        await told();
        const mark = join(pods, 'marks/10.0.1.0_26');
        let at = 0;
        let wasThere = false;
        const files = watched((file) => {
          if (!/\/(draining|marks|prepared)\b/.test(file)) return;
          // The sweep removes the empty directories of addresses.
          if (at === step) for (const area of ['blocks', 'draining']) free('10.0.1.5', area);
          if (at === step + between) {
            wasThere = readdirSync(join(pods, 'marks')).length > 0;
            rmSync(mark, { force: true });
          }
          at += 1;
        });
        const run = start({ files });
        run.withdraw(block);
        const all = await told();
        isOver = at <= step;
        if (wasThere) expect(all).not.toContainEqual(withdrawn);
        if (all.some((event) => String(event) === String(wiped))) wipes += 1;
        run.stop();
      }
    }
    expect(wipes).toBeGreaterThan(10);
  });
});

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
          open[0]?.publish({ pool: 'default', prefix: '10.0.3.0/26' });
        },
      );
      run.stop();
      if (!isWipedFirst) rmSync(join(runDir, bootId), { recursive: true });
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
