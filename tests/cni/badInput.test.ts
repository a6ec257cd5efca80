// What must never happen to a plugin, done to the real executable: each time the right code, words that help,
// and nothing half done.

import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { plugin } from './callPlugin.ts';
import { call, config, sandbox } from './sandbox.ts';

const { open, clean } = sandbox();
afterEach(clean);

describe.skipIf(requires({ binaries: [plugin] }))('the built plugin', () => {
  test.each([
    ['CNI_COMMAND', 'unset', 4, /CNI_COMMAND is missing/],
    ['CNI_COMMAND', 'add', 4, /not known.*ADD, DEL/],
    ['CNI_COMMAND', 'ADD\nDEL', 4, /not known/],
    ['CNI_CONTAINERID', 'unset', 4, /missing: CNI_CONTAINERID/],
    ['CNI_CONTAINERID', '', 4, /missing: CNI_CONTAINERID/],
    ['CNI_CONTAINERID', '../../up', 4, /CNI_CONTAINERID is not valid/],
    ['CNI_CONTAINERID', '.', 4, /CNI_CONTAINERID is not valid/],
    ['CNI_CONTAINERID', 'a:b', 4, /CNI_CONTAINERID is not valid/],
    ['CNI_CONTAINERID', 'x'.repeat(300), 4, /300 bytes; at most 255/],
    ['CNI_CONTAINERID', 'x'.repeat(252), 4, /257 bytes together/],
    ['CNI_CONTAINERID', 'x'.repeat(100_000), 4, /100000 bytes/],
    ['CNI_CONTAINERID', 'naïve', 4, /CNI_CONTAINERID is not valid/],
    ['CNI_IFNAME', 'unset', 4, /missing: CNI_IFNAME/],
    ['CNI_IFNAME', '..', 4, /CNI_IFNAME is not valid/],
    ['CNI_IFNAME', 'a/b', 4, /CNI_IFNAME is not valid/],
    ['CNI_IFNAME', 'sixteen-is-a-lot', 4, /at most 15 bytes/],
    ['CNI_NETNS', 'unset', 4, /missing: CNI_NETNS/],
    ['CNI_ARGS', 'IP', 4, /KEY=VALUE/],
    ['CNI_ARGS', 'IP=10.244.1.300', 7, /10\.244\.1\.300/],
    ['CNI_ARGS', 'IP=fd00::1', 103, /fd00::1/],
    ['CNI_ARGS', 'IP=10.9.0.1', 103, /outside the pools/],
  ])('%s=%s: code %i', (name, value, code, words) => {
    const run = open();
    const said = call(config(run), { [name]: value });
    expect(said).toEqual({ status: 1, code, words: expect.stringMatching(words) });
    expect(run.remains()).toEqual([]);
  });

  test.each([
    ['name', { name: 7 }, 7],
    ['name', { name: '' }, 7],
    ['name', { name: '../pods' }, 7],
    ['cniVersion', { cniVersion: 1 }, 7],
    ['cniVersion', { cniVersion: '9.0.0' }, 1],
    ['ipam', { ipam: [] }, 7],
    ['runtimeConfig', { runtimeConfig: 'x' }, 7],
    ['runtimeConfig.ips', { runtimeConfig: { ips: [7] } }, 7],
    ['args', { args: { cni: { ips: '10.244.1.1' } } }, 7],
  ])('%s of %j: code %i', (_, more, code) => {
    const run = open();
    expect(call(config(run, more))).toMatchObject({ status: 1, code });
    expect(run.remains()).toEqual([]);
  });

  test.each([
    ['pools', { pools: 'default' }],
    ['pools', { pools: [] }],
    ['pools', { pools: ['default', 'default'] }],
    ['pools', { pools: ['../default'] }],
    ['routes', { routes: {} }],
    ['routes', { routes: [{ dst: 'everywhere' }] }],
    ['gateway', { gateway: 'yes' }],
    ['waitMs', { waitMs: -1 }],
    ['waitMs', { waitMs: 1e9 }],
    ['exclude', { exclude: ['10.0.0.1/24'] }],
    ['dns', { dns: [] }],
    ['runDir', { runDir: 'relative' }],
    ['runDir', { runDir: '/run/../etc' }],
  ])('ipam.%s of %j: code 7, naming it', (name, ipam) => {
    const run = open();
    const said = call(config(run, {}, ipam));
    expect(said).toMatchObject({ status: 1, code: 7, words: expect.stringContaining(name) });
    expect(run.remains()).toEqual([]);
  });

  test('an exhausted pool: code 11 and the reason; nothing of the other pool is kept', () => {
    const run = open();
    for (const id of ['a', 'b', 'c', 'd'])
      expect(call(config(run), { CNI_CONTAINERID: id }).status).toBe(0);
    const before = run.remains();
    expect(call(config(run))).toMatchObject({
      code: 11,
      words: expect.stringMatching(/no free address in pool default on this node: ./),
    });
    expect(run.remains()).toEqual(before);
  });

  test.each([1, 3])(
    'version %i wrote the run directory: code 102 for all that would touch it',
    (layout) => {
      const run = open();
      writeFileSync(join(run.root, 'agent.json'), JSON.stringify({ layout, anything: 'else' }));
      for (const CNI_COMMAND of ['ADD', 'DEL', 'GC', 'STATUS']) {
        const more = { cniVersion: '1.1.0', 'cni.dev/valid-attachments': [] };
        const said = call(config(run, more), { CNI_COMMAND });
        expect(said).toMatchObject({ code: 102, words: expect.stringContaining('of one version') });
      }
    },
  );

  test.each(['', 'x', '[]', '{}', '{"layout":2,"name":"default"}'])(
    'a damaged pool.json (%s): code 5',
    (text) => {
      const run = open();
      writeFileSync(join(run.place.boot, 'pools/default/pool.json'), text);
      expect(call(config(run))).toMatchObject({ status: 1, code: 5 });
      expect(run.remains()).toEqual([]);
    },
  );

  test.each([
    ['', 'DEL'],
    ['/attachments', 'DEL'],
    ['/attachments/pods', 'DEL'],
    ['/attachments/pods/c1:eth0', 'DEL'],
    ['/pools', undefined],
    ['/pools/default', undefined],
    ['/pools/default/blocks', undefined],
  ])(
    'a symbolic link planted at <boot>%s: code 101, and nothing behind it changes',
    (path, also) => {
      const run = open();
      call(config(run));
      call(config(run), { CNI_COMMAND: 'DEL' });
      mkdirSync(join(run.place.boot, 'attachments/pods/c1:eth0'), { recursive: true });
      const planted = `${run.place.boot}${path}`;
      const elsewhere = join(dirname(run.root), 'elsewhere');
      renameSync(planted, elsewhere);
      symlinkSync(elsewhere, planted);
      const before = listing(elsewhere);
      for (const verb of ['ADD', also ?? 'ADD'])
        expect(call(config(run), { CNI_COMMAND: verb })).toMatchObject({
          code: 101,
          words: expect.stringContaining('it is a symlink'),
        });
      expect(listing(elsewhere)).toEqual(before);
    },
  );

  test.each([[{}], [{ runtimeConfig: { ips: ['10.244.1.2'] } }]])(
    'a symbolic link planted as a block is no block (%j)',
    (more) => {
      const run = open();
      const block = join(run.place.boot, 'pools/default/blocks/10.244.1.0_30');
      const elsewhere = join(dirname(run.root), 'elsewhere');
      renameSync(block, elsewhere);
      symlinkSync(elsewhere, block);
      expect([11, 103]).toContain(call(config(run, more)).code);
      expect(listing(elsewhere)).toEqual([]);
    },
  );

  test.each(['agent.json', 'pools/default/pool.json'])('%s as a symbolic link: code 5', (name) => {
    const run = open();
    const path = join(name === 'agent.json' ? run.root : run.place.boot, name);
    const elsewhere = join(dirname(run.root), 'elsewhere');
    renameSync(path, elsewhere);
    symlinkSync(elsewhere, path);
    expect(call(config(run))).toMatchObject({ code: 5, words: expect.stringContaining('ELOOP') });
  });
});

function listing(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
}
