import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { must } from '@hedgerow/core';
import { type Estate, firstEstate } from '@hedgerow/core/estate';
import type { SignedRecord } from '@hedgerow/core/ownership';
import { type AcceptorRecord, seedBallot } from '@hedgerow/core/register';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFromSeed } from '../keys/index.ts';
import { createStore, databasePath, openStore, type Store } from './index.ts';

const owner = keyFromSeed(new Uint8Array(32).fill(1)).member;
const heir = keyFromSeed(new Uint8Array(32).fill(2)).member;
const self = keyFromSeed(new Uint8Array(32).fill(3)).member;
const network = `sha256:${'ab'.repeat(32)}`;
const hash = 'cd'.repeat(32);
const guardian = { member: self, store: '0f'.repeat(16) };

const reclaimed: SignedRecord = {
  type: 'ownership',
  body: {
    network,
    pool: 'default',
    prefix: '10.0.0.0/26',
    version: 4,
    owner: heir,
    predecessors: [hash],
    kind: 'reclaim',
  },
  writer: heir,
  signature: new Uint8Array(64).fill(5),
  certificate: new Uint8Array([0, 1, 254, 255]),
};
const sealed: Estate = {
  ...firstEstate(owner, []),
  out: { [heir]: 2 },
  in: { [heir]: 1 },
  outbox: [
    { to: heir, counter: 1, record: reclaimed, rest: true },
    { to: heir, counter: 2, record: { ...reclaimed, body: { ...reclaimed.body, version: 5 } } },
  ],
  sealed: true,
};

/** The record of one epoch, after `promised` writes. */
function recordAt(promised: number, epoch = 2): AcceptorRecord<Estate> {
  const set = { epoch, members: [guardian] };
  return {
    owner,
    guardian,
    set,
    previous: { epoch: epoch - 1, members: [guardian] },
    ready: true,
    promised: { counter: promised, proposer: heir, bootNonce: 'n' },
    accepted: {
      ballot: seedBallot,
      digest: hash,
      signature: new Uint8Array(0),
      cell: { version: 3, mark: 'n/2', value: sealed, next: { ...set, epoch: epoch + 1 } },
    },
    abstains: 'this machine is another one',
    frozen: {
      ballot: seedBallot,
      digests: [hash, 'ef'.repeat(32)],
      signatures: [new Uint8Array(64).fill(1), new Uint8Array(64).fill(2)],
    },
  };
}

let directory = '';
const open: Store[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hedgerow-acceptors-'));
  const register = {
    ballot: { counter: 1, proposer: self, bootNonce: '' },
    estate: firstEstate(self, []),
  };
  const identity = { member: self, network, genesis: new Uint8Array(1), bootstrap: [] };
  const psk = new Uint8Array(32);
  must(createStore(directory, { ...identity, psk, register, updates: [new Uint8Array([7])] }));
});
afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(directory, { recursive: true, force: true });
});

function opened(options = {}): Store {
  const store = must(openStore(directory, options));
  open.push(store);
  return store;
}

function reopened(store: Store): Store {
  open.splice(open.indexOf(store), 1);
  store.close();
  return opened();
}

/** Changes the database behind the store's back. */
function meddle(sql: string): void {
  const database = new DatabaseSync(databasePath(directory));
  database.exec(sql);
  database.close();
}

describe('registers kept for others', () => {
  it('come back as they were stored last, each epoch by itself', () => {
    const store = opened();
    expect(must(store.loadAcceptors())).toEqual([]);
    must(store.persistAcceptor(recordAt(1)));
    must(store.persistAcceptor(recordAt(7, 11)));
    must(store.persistAcceptor(recordAt(4)));
    const { accepted: _, abstains: __, frozen: ___, ...unseeded } = recordAt(0);
    must(store.persistAcceptor({ ...unseeded, owner: self, ready: false }));
    const records = must(reopened(store).loadAcceptors());
    expect(records).toHaveLength(3);
    expect(records).toEqual(
      expect.arrayContaining([
        recordAt(4),
        recordAt(7, 11),
        { ...unseeded, owner: self, ready: false },
      ]),
    );
  });

  it('never take a promise back', () => {
    const store = opened();
    must(store.persistAcceptor(recordAt(5)));
    expect(() => store.persistAcceptor(recordAt(4))).toThrow(/went back/);
    expect(() => reopened(store).persistAcceptor(recordAt(4))).toThrow(/went back/);
  });

  it('stay as they were when the disk is full', () => {
    const full = opened({ maxBytes: statSync(databasePath(directory)).size + 8192 });
    must(full.persistAcceptor(recordAt(1)));
    const large = { ...recordAt(2), abstains: 'x'.repeat(100_000) };
    expect(full.persistAcceptor(large)).toMatchObject({ error: { code: 'storage-full' } });
    expect(must(full.loadAcceptors())).toEqual([recordAt(1)]);
    must(full.persistAcceptor(recordAt(1)));
  });

  it('refuse to be read when a bit flipped or rows were swapped', () => {
    const store = opened();
    must(store.persistAcceptor(recordAt(1)));
    must(store.persistAcceptor(recordAt(1, 3)));
    reopened(store).close();
    open.splice(0);
    const refusal = (): unknown => openStore(directory);
    const good = `UPDATE acceptors SET epoch = epoch - 1000 WHERE epoch > 1000`;
    const corrupt = (detail: string): unknown => ({
      ok: false,
      error: { code: 'storage-corrupt', message: expect.stringContaining(detail) },
    });
    meddle('UPDATE acceptors SET epoch = epoch + 1000');
    expect(refusal()).toEqual(corrupt('epoch 1002: the row has another register'));
    meddle(good);
    opened().close();
    open.splice(0);
    meddle(`UPDATE acceptors SET value = replace(value, '10.0.0.0/26', '10.0.9.0/26')`);
    expect(refusal()).toEqual(corrupt(`${owner} in epoch 2: its sum does not match`));
  });

  it('are on the disk when the write returns', async () => {
    const script = `
      const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
      const store = openStore(${JSON.stringify(directory)}).value;
      const record = JSON.parse(process.argv[1]);
      for (let counter = 1; ; counter += 1) {
        const promised = { ...record.promised, counter };
        const done = store.persistAcceptor({ ...record, promised });
        if (!done.ok) throw new Error(done.error.message);
        process.stdout.write(counter + '\\n');
      }
    `;
    const { owner, set, previous, ready, promised } = recordAt(0);
    const record = JSON.stringify({ owner, guardian, set, previous, ready, promised });
    const flags = ['--conditions=hedgerow-source', '--no-warnings', '--input-type=module'];
    const child = spawn(process.execPath, [...flags, '-e', script, record]);
    let text = '';
    for await (const chunk of child.stdout) {
      text += chunk;
      if (text.split('\n').length > 40) child.kill('SIGKILL');
    }
    const written = Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
    expect(written).toBeGreaterThan(39);
    const [kept] = must(opened().loadAcceptors());
    expect(kept?.promised.counter).toBeGreaterThanOrEqual(written);
  });
});

describe('a database of the first schema', () => {
  const first = 'DROP TABLE acceptors; PRAGMA user_version = 1';
  const versionOf = (): unknown => {
    const database = new DatabaseSync(databasePath(directory), { readOnly: true });
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    database.close();
    return version;
  };

  it('is brought up to date with all that it has', () => {
    const before = must(opened().loadRegister());
    open.splice(0)[0]?.close();
    meddle(first);
    const store = opened();
    expect(must(store.loadRegister())).toEqual(before);
    expect(must(store.loadUpdates())).toEqual([new Uint8Array([7])]);
    must(store.persistAcceptor(recordAt(1)));
    expect(must(reopened(store).loadAcceptors())).toEqual([recordAt(1)]);
    open.splice(0)[0]?.close();
    expect(versionOf()).toBe(2);
  });

  it('stays what it was when that fails', () => {
    meddle(`${first}; CREATE TABLE acceptors (nonsense TEXT)`);
    expect(openStore(directory)).toMatchObject({ ok: false, error: { code: 'storage-io' } });
    expect(versionOf()).toBe(1);
    meddle('DROP TABLE acceptors');
    expect(must(opened().loadAcceptors())).toEqual([]);
  });
});
