// Power fails in the middle of a commit, and what is in the file is neither before nor after it. The database
// must say which of the two holds, or refuse; a third state would be addresses that nobody gave.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import type { Versioned } from '@hedgerow/core/register';
import { Random } from '@hedgerow/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFromSeed } from '../keys/index.ts';
import { createStore, databasePath, openStore } from './index.ts';

const { member } = keyFromSeed(new Uint8Array(32).fill(1));
const cases = 200;
/** Most bytes of one update: a commit writes up to a dozen pages. */
const mostBytes = 50_000;
/** One update of this many bytes fills the log: what comes next starts it anew, over what is left of it. */
const fillingBytes = 4_300_000;
const fillAt = 100;
/** The agent is started anew after so many writes: its log begins empty. */
const restartAfter = 20;
/** Bytes before the first page of the log: they change when it starts anew (sqlite.org/walformat.html). */
const logHeader = 32;
/** What a disk writes in one piece. */
const sector = 512;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hedgerow-torn-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function registerAt(counter: number): Versioned {
  return {
    ballot: { counter, proposer: member, bootNonce: `boot-${counter}` },
    estate: {
      member,
      holdings: [],
      out: { another: counter },
      in: {},
      outbox: [],
      guardians: { epoch: 0, members: [] },
      bootNonce: `boot-${counter}`,
    },
  };
}

/** Files of a database: the main one, and the log with what came last. */
interface Files {
  readonly main: Uint8Array;
  readonly log: Uint8Array;
}

function filesOf(path: string): Files {
  const log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : new Uint8Array(0);
  return { main: readFileSync(path), log };
}

/** Where two logs differ: what one commit wrote. */
function written(before: Uint8Array, after: Uint8Array): readonly [from: number, to: number] {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from += 1;
  let to = after.length;
  while (to > from && to <= before.length && before[to - 1] === after[to - 1]) to -= 1;
  return [from, to];
}

type Tear = (log: Uint8Array, old: Uint8Array, range: readonly [number, number]) => Uint8Array;

/** What power loss leaves of a write: nothing from some byte on, old sectors, empty ones, or wrong bits. */
function tears(random: Random): readonly Tear[] {
  const within = ([from, to]: readonly [number, number]) => from + random.below(to - from);
  return [
    (log, old, range) => {
      const cut = within(range);
      return Buffer.concat([log.subarray(0, cut), old.subarray(cut)]);
    },
    (log, old, [from, to]) => {
      const torn = Uint8Array.from(log);
      for (let at = from - (from % sector); at < to; at += sector) {
        if (random.chance(0.5)) torn.fill(0, Math.max(from, at), Math.min(to, at + sector));
        else torn.set(old.subarray(at, at + sector), at);
      }
      return torn;
    },
    (log, _, range) => {
      const torn = Uint8Array.from(log);
      const at = within(range);
      torn.fill(0, at, Math.min(range[1], at + sector));
      return torn;
    },
    (log, _, range) => {
      const torn = Uint8Array.from(log);
      const at = within(range);
      torn[at] = (torn[at] as number) ^ (1 << random.below(8));
      return torn;
    },
  ];
}

/** What the database says after that: which write was the last, or that it refuses. */
function stateOf(folder: string, { main, log }: Files): number | 'refused' {
  const path = databasePath(folder);
  writeFileSync(path, main);
  writeFileSync(`${path}-wal`, log);
  const opened = openStore(folder);
  if (!opened.ok) {
    expect(opened.error.code).toBe('storage-corrupt');
    return 'refused';
  }
  const store = opened.value;
  const register = store.loadRegister();
  const updates = store.loadUpdates();
  store.close();
  if (!register.ok || !updates.ok) return 'refused';
  const { counter } = register.value.ballot;
  expect(register.value).toEqual(registerAt(counter));
  expect(updates.value.length).toBe(counter);
  for (const [at, update] of updates.value.entries()) expect(update[0]).toBe((at + 1) % 256);
  return counter;
}

describe('a write that power failed in', () => {
  it('is there whole or not at all, in every one of many cases', () => {
    const random = new Random(11);
    const kinds = tears(random);
    const psk = new Uint8Array(32);
    const identity = {
      member,
      network: 'sha256:0',
      genesis: new Uint8Array(1),
      psk,
      bootstrap: [],
    };
    const first = { register: registerAt(1), updates: [new Uint8Array([1])] };
    must(createStore(directory, { ...identity, ...first }));
    const folder = mkdtempSync(join(directory, 'torn-'));
    const seen = new Map<string, number>();
    let restarts = 0;
    let store = must(openStore(directory));
    try {
      for (let counter = 2; counter < cases + 2; counter += 1) {
        if (counter % restartAfter === 0) {
          store.close();
          store = must(openStore(directory));
        }
        const before = filesOf(databasePath(directory));
        const bytes =
          counter === fillAt + 1 ? fillingBytes : Math.floor(random.scaled(1, mostBytes));
        const update = new Uint8Array(bytes).fill(counter);
        must(store.persist({ register: registerAt(counter), updates: [update] }));
        const after = filesOf(databasePath(directory));
        const tear = kinds[counter % kinds.length] as Tear;
        const range = written(before.log, after.log);
        if (range[0] < logHeader && before.log.length > fillingBytes) restarts += 1;
        // The main file changes only after the log is on the disk.
        const torn = { main: before.main, log: tear(after.log, before.log, range) };
        const state = stateOf(folder, torn);
        expect([counter - 1, counter, 'refused']).toContain(state);
        const outcome = state === counter - 1 ? 'before' : state === counter ? 'after' : 'refused';
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
    } finally {
      store.close();
    }
    expect(restarts).toBe(1);
    expect(seen.get('before')).toBeGreaterThan(cases / 2);
  });
});
