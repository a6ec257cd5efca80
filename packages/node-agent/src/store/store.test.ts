import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { must } from '@hedgerow/core';
import type { Versioned } from '@hedgerow/core/register';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFromSeed } from '../keys/index.ts';
import {
  createState,
  createStore,
  databasePath,
  keyPath,
  type NewStore,
  openState,
  openStore,
  type Store,
} from './index.ts';

const key = keyFromSeed(new Uint8Array(32).fill(1));
const stranger = keyFromSeed(new Uint8Array(32).fill(2));
const network = `sha256:${'ab'.repeat(32)}`;

function registerAt(counter: number): Versioned {
  const body = {
    network,
    pool: 'default',
    prefix: '10.0.0.0/26',
    version: 2,
    owner: stranger.member,
    predecessors: ['cd'.repeat(32)],
    kind: 'grant' as const,
  };
  const signature = new Uint8Array(64).fill(counter % 256);
  const record = { type: 'ownership' as const, body, writer: key.member, signature };
  return {
    ballot: { counter, proposer: key.member, bootNonce: 'boot' },
    estate: {
      member: key.member,
      holdings: [
        {
          pool: 'default',
          prefix: '10.0.0.64/26',
          version: 1,
          record: 'cd'.repeat(32),
          use: 'committed',
        },
      ],
      out: { [stranger.member]: 1 },
      in: {},
      outbox: [{ to: stranger.member, counter: 1, record }],
      guardians: { epoch: 0, members: [] },
      bootNonce: 'boot',
    },
  };
}

const contents: NewStore = {
  member: key.member,
  network,
  genesis: new Uint8Array([1, 2, 3]),
  psk: new Uint8Array(32).fill(9),
  bootstrap: ['/ip4/127.0.0.1/tcp/4710'],
  register: registerAt(1),
  updates: [new Uint8Array([7])],
};

let directory = '';
const open: Store[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hedgerow-store-'));
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

const codeOf = (result: { ok: boolean; error?: { code: string } }): string =>
  result.ok ? 'ok' : String(result.error?.code);

/** Runs a piece of JavaScript in another process with the store at hand; its output. */
const prelude = `
  const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
  const directory = ${JSON.stringify('DIRECTORY')};
`;
function childArguments(script: string): string[] {
  const code = prelude.replace('DIRECTORY', directory) + script;
  return ['--conditions=hedgerow-source', '--no-warnings', '--input-type=module', '-e', code];
}

describe('a store', () => {
  it('gives back what it was created with', () => {
    must(createStore(directory, contents));
    const store = opened();
    expect(store.identity).toEqual({
      member: contents.member,
      network,
      genesis: contents.genesis,
      psk: contents.psk,
      bootstrap: contents.bootstrap,
    });
    expect(store.storeId).toMatch(/^[0-9a-f]{32}$/);
    expect(must(store.loadRegister())).toEqual(contents.register);
    expect(must(store.loadUpdates())).toEqual(contents.updates);
    expect(readdirSync(directory).filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(statSync(databasePath(directory)).mode & 0o777).toBe(0o600);
  });

  it('keeps register and updates of one write together, over a restart', () => {
    must(createStore(directory, contents));
    const store = opened();
    must(store.persist({ register: registerAt(2), updates: [new Uint8Array([8, 9])] }));
    must(store.appendUpdates([new Uint8Array([10])]));
    const again = reopened(store);
    expect(must(again.loadRegister())).toEqual(registerAt(2));
    expect(must(again.loadUpdates()).map((u) => [...u])).toEqual([[7], [8, 9], [10]]);
    expect(again.updateLog()).toEqual({ count: 3, bytes: 4 });
  });

  it('is never created twice', () => {
    must(createStore(directory, contents));
    expect(codeOf(createStore(directory, { ...contents, register: registerAt(9) }))).toBe(
      'storage-exists',
    );
    expect(must(opened().loadRegister()).ballot.counter).toBe(1);
  });

  it('refuses to let the register go back', () => {
    must(createStore(directory, contents));
    const store = opened();
    must(store.persist({ register: registerAt(5) }));
    expect(() => store.persist({ register: registerAt(4) })).toThrow(/went back/);
    expect(must(store.loadRegister()).ballot.counter).toBe(5);
  });

  it('compacts its log into one update', () => {
    must(createStore(directory, contents));
    const store = opened();
    const many = Array.from({ length: 1500 }, (_, i) => new Uint8Array(20).fill(i % 256));
    expect(store.worthCompacting()).toBe(false);
    must(store.appendUpdates(many));
    expect(store.worthCompacting()).toBe(true);
    must(store.compact([new Uint8Array(15_000).fill(1)]));
    expect(store.worthCompacting()).toBe(false);
    const again = reopened(store);
    expect(again.updateLog()).toEqual({ count: 1, bytes: 15_000 });
    must(again.appendUpdates(many));
    expect(again.worthCompacting()).toBe(true);
  });

  it('remembers notes and tokens', () => {
    must(createStore(directory, contents));
    const store = opened();
    must(store.putNotes({ 'published/a': '1', 'published/b': '2', publish: '3' }));
    must(store.putNotes({ 'published/a': undefined, 'published/c': '4' }));
    const token = { id: 't1', created: '2026-01-01T00:00:00Z', expires: '2026-01-01T01:00:00Z' };
    must(store.putToken({ ...token, revoked: false }));
    must(store.putToken({ ...token, revoked: true }));
    const again = reopened(store);
    expect([...must(again.notes('published/'))]).toEqual([
      ['published/b', '2'],
      ['published/c', '4'],
    ]);
    expect(must(again.note('publish'))).toBe('3');
    expect(must(again.note('published/a'))).toBeUndefined();
    expect(must(again.tokens())).toEqual([{ ...token, revoked: true }]);
  });

  it('stands as text that people can read', () => {
    must(createStore(directory, contents));
    const database = new DatabaseSync(databasePath(directory), { readOnly: true });
    const row = database.prepare('SELECT value FROM register').get();
    database.close();
    expect(String(row?.['value'])).toContain('"prefix":"10.0.0.64/26"');
  });
});

describe('bad luck', () => {
  it('a full disk changes nothing, and is over when there is room again', () => {
    must(createStore(directory, contents));
    const full = opened({ maxBytes: statSync(databasePath(directory)).size + 8192 });
    const large = new Uint8Array(100_000);
    const refused = full.persist({ register: registerAt(2), updates: [large] });
    expect(codeOf(refused)).toBe('storage-full');
    expect(refused).toMatchObject({
      error: { message: expect.stringContaining('Nothing was changed') },
    });
    expect(must(full.loadRegister()).ballot.counter).toBe(1);
    expect(full.updateLog().count).toBe(1);
    must(full.persist({ register: registerAt(2) }));
    const roomy = reopened(full);
    must(roomy.persist({ register: registerAt(3), updates: [large] }));
    expect(must(roomy.loadUpdates()).length).toBe(2);
  });

  it('a failing disk changes nothing', () => {
    must(createStore(directory, contents));
    const script = `
      const store = openStore(directory).value;
      const done = store.appendUpdates([new Uint8Array(300_000)]);
      console.log(done.ok ? 'ok' : done.error.code, store.loadUpdates().value.length);
    `;
    const limited = `ulimit -f 128; exec "$0" "$@"`;
    const output = execFileSync('sh', ['-c', limited, process.execPath, ...childArguments(script)]);
    expect(output.toString().trim()).toBe('storage-io 1');
    expect(must(opened().loadUpdates()).length).toBe(1);
  });

  it('a second agent is refused with a clear line, and the first goes on', () => {
    must(createStore(directory, contents));
    const store = opened();
    const script = `const it = openStore(directory); console.log(it.ok ? 'ok' : it.error.message)`;
    const output = execFileSync(process.execPath, childArguments(script)).toString();
    expect(output).toContain('another agent is running on this state directory');
    expect(codeOf(openStore(directory))).toBe('storage-busy');
    must(store.persist({ register: registerAt(2) }));
  });

  it('SIGKILL while writing loses nothing that was acknowledged', async () => {
    must(createStore(directory, contents));
    const script = `
      const store = openStore(directory).value;
      const { ballot, estate } = store.loadRegister().value;
      for (let counter = ballot.counter + 1; ; counter += 1) {
        const register = { ballot: { ...ballot, counter }, estate };
        const update = new TextEncoder().encode('update ' + counter);
        const done = store.persist({ register, updates: [update] });
        if (!done.ok) throw new Error(done.error.message);
        if (counter % 50 === 0) store.compact([new TextEncoder().encode('up to ' + counter)]);
        process.stdout.write(counter + '\\n');
      }
    `;
    let acknowledged = 1;
    for (let round = 1; round <= 4; round += 1) {
      const child = spawn(process.execPath, childArguments(script));
      const lines = 60 * round;
      let text = '';
      for await (const chunk of child.stdout) {
        text += chunk;
        if (text.split('\n').length > lines) child.kill('SIGKILL');
      }
      acknowledged = Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
      const store = opened();
      const { counter } = must(store.loadRegister()).ballot;
      expect(counter).toBeGreaterThanOrEqual(acknowledged);
      const updates = must(store.loadUpdates()).map((u) => new TextDecoder().decode(u));
      const whole = Number(/^up to (\d+)$/.exec(updates[0] ?? '')?.[1]);
      expect(updates.slice(1)).toEqual(
        Array.from({ length: counter - whole }, (_, i) => `update ${whole + 1 + i}`),
      );
      open.splice(open.indexOf(store), 1);
      store.close();
    }
    expect(acknowledged).toBeGreaterThan(240);
  });

  it('a torn file, a flipped bit in the register and a foreign file are refused', () => {
    must(createStore(directory, contents));
    const path = databasePath(directory);
    const changed = new DatabaseSync(path);
    changed.exec(`UPDATE register SET value = replace(value, '10.0.0.64/26', '10.0.9.64/26')`);
    changed.close();
    expect(codeOf(openStore(directory))).toBe('storage-corrupt');
    truncateSync(path, 5000);
    expect(codeOf(openStore(directory))).toBe('storage-corrupt');
    const file = openSync(path, 'w');
    writeSync(file, 'not a database, but long enough to look at'.repeat(20));
    closeSync(file);
    expect(codeOf(openStore(directory))).toBe('storage-corrupt');
    unlinkSync(path);
    new DatabaseSync(path).close();
    expect(codeOf(openStore(directory))).toBe('storage-foreign');
  });

  it('a newer schema is left alone', () => {
    must(createStore(directory, contents));
    const database = new DatabaseSync(databasePath(directory));
    database.exec('PRAGMA user_version = 99');
    database.close();
    const refused = openStore(directory);
    expect(codeOf(refused)).toBe('storage-newer');
    expect(refused).toMatchObject({ error: { message: expect.stringContaining('schema 99') } });
  });
});

describe('the state of a member', () => {
  let state = '';
  beforeEach(() => {
    state = join(directory, 'state');
  });

  function openedState(): ReturnType<typeof openState> {
    const result = openState(state);
    if (result.ok) open.push(result.value.store);
    return result;
  }

  it('is made once, private, and opened again', () => {
    must(createState(state, key, contents));
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(codeOf(createState(state, stranger, { ...contents, member: stranger.member }))).toBe(
      'state-used',
    );
    const { key: loaded, store } = must(openedState());
    expect(loaded.member).toBe(key.member);
    expect(store.identity.member).toBe(key.member);
    expect(readdirSync(state).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('that was never made says how to begin', () => {
    expect(codeOf(openedState())).toBe('state-missing');
    mkdirSync(state, { mode: 0o700 });
    const refused = openedState();
    expect(codeOf(refused)).toBe('state-missing');
    expect(refused).toMatchObject({ error: { message: expect.stringContaining('hedgerow init') } });
  });

  it('with a key and no database is lost, never a fresh start', () => {
    must(createState(state, key, contents));
    unlinkSync(databasePath(state));
    expect(codeOf(openedState())).toBe('state-lost');
    expect(codeOf(createState(state, key, contents))).toBe('state-used');
    expect(existsSync(databasePath(state))).toBe(false);
  });

  it('with a database and no key is lost too', () => {
    must(createState(state, key, contents));
    unlinkSync(keyPath(state));
    expect(codeOf(openedState())).toBe('state-lost');
  });

  it('with the key of another member is refused', () => {
    must(createState(state, key, contents));
    const other = join(directory, 'other');
    must(createState(other, stranger, { ...contents, member: stranger.member }));
    renameSync(keyPath(other), keyPath(state));
    expect(codeOf(openedState())).toBe('state-mixed');
  });

  it('is finished after a crash between database and key', () => {
    must(createState(state, key, contents));
    renameSync(keyPath(state), join(state, `key.${key.member}.new`));
    expect(must(openedState()).key.member).toBe(key.member);
    expect(existsSync(keyPath(state))).toBe(true);
  });

  it('is refused where others can look in, where its owner cannot write, and where it is no directory', () => {
    must(createState(state, key, contents));
    for (const [mode, code] of [
      [0o755, 'state-permissions'],
      [0o701, 'state-permissions'],
      [0o500, 'state-unwritable'],
    ] as const) {
      chmodSync(state, mode);
      expect(codeOf(openedState())).toBe(code);
    }
    expect(openedState()).toMatchObject({
      error: { message: expect.stringContaining(`chmod 700 ${state}`) },
    });
    chmodSync(state, 0o700);
    const link = join(directory, 'link');
    symlinkSync(state, link);
    expect(must(openState(link)).store.close()).toBeUndefined();
    expect(codeOf(openState(keyPath(state)))).toBe('state-io');
  });
});
