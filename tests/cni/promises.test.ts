// What is promised of requested addresses, networks that share a pool, and clocks, held to the real executable.

import { spawnSync } from 'node:child_process';
import { lutimesSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '@hedgerow/cni';
import { prefixOf } from '@hedgerow/core/address';
import { writeOwners } from '@hedgerow/core/claims';
import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { envOf, plugin } from './callPlugin.ts';
import type { RunDirectory } from './runDirectory.ts';
import { call, config, sandbox } from './sandbox.ts';

const { open, clean } = sandbox();
afterEach(clean);

function addressOf(run: RunDirectory, id: string, more: object = {}, env: object = {}): unknown {
  const input = JSON.stringify(config(run, more));
  const options = { env: { ...envOf('ADD', id), ...env }, input, encoding: 'utf8' } as const;
  const answer = JSON.parse(spawnSync(plugin, [], options).stdout);
  return answer.ips?.[0].address ?? answer;
}

const wish = (...ips: readonly string[]): object => ({ runtimeConfig: { ips } });

describe.skipIf(requires({ binaries: [plugin] }))('a requested address', () => {
  test.each([
    ['10.245.0.1', /10\.245\.0\.1 lies outside the pools of this network: default/],
    ['10.244.7.9', /belongs to node alder: start the container there/],
    ['10.244.8.9', /10\.244\.8\.8\/30, which is not open on this node/],
    ['10.244.1.1', /is taken by pods\/other:eth0/],
    ['10.244.0.0', /network/],
    ['10.244.0.1', /gateway/],
    ['10.244.255.255', /broadcast/],
    ['10.244.1.2', /ipam\.exclude takes it out/],
  ])('%s is refused with the reason', (address, reason) => {
    const run = open();
    const hint = { prefix: prefixOf('10.244.7.0/24'), name: 'alder' };
    expect(writeOwners(nodeFiles, run.place, 'default', [hint])).toBe(undefined);
    expect(addressOf(run, 'other', wish('10.244.1.1'))).toBe('10.244.1.1/16');
    const before = run.remains();
    const said = call(config(run, wish(address), { exclude: ['10.244.1.2/32'] }));
    expect(said).toEqual({ status: 1, code: 103, words: expect.stringMatching(reason) });
    expect(run.remains()).toEqual(before);
  });

  test('may rest, and nobody else gets it before its turn', () => {
    const run = open();
    restFor(run, 30_000);
    expect(addressOf(run, 'a', wish('10.244.1.3'))).toBe('10.244.1.3/16');
    expect(call(config(run), { CNI_COMMAND: 'DEL', CNI_CONTAINERID: 'a' }).status).toBe(0);
    const others = ['b', 'c', 'd'].map((id) => addressOf(run, id));
    expect(others).toEqual(['10.244.1.0/16', '10.244.1.1/16', '10.244.1.2/16']);
    expect(call(config(run), { CNI_CONTAINERID: 'e' })).toMatchObject({
      code: 11,
      words: expect.stringMatching(/1 freed addresses rest for another \d+ s/),
    });
    expect(addressOf(run, 'e', wish('10.244.1.3'))).toBe('10.244.1.3/16');
  });

  test('by args goes before one by CNI_ARGS, and one by the runtime is one more', () => {
    const run = open();
    const args = { args: { cni: { ips: ['10.244.1.2/16'] } } };
    const env = { CNI_ARGS: 'IP=10.244.1.3;K8S_POD_NAME=x' };
    expect(addressOf(run, 'a', args, env)).toBe('10.244.1.2/16');
    expect(addressOf(run, 'b', {}, env)).toBe('10.244.1.3/16');
    const both = { ...wish('10.244.1.0'), args: { cni: { ips: ['10.244.1.1'] } } };
    expect(addressOf(run, 'c', both)).toMatchObject({ code: 103 });
  });
});

describe.skipIf(requires({ binaries: [plugin] }))('networks on one pool', () => {
  test('share its addresses, and GC of one frees nothing of the other', () => {
    const run = open();
    const lan = { name: 'lan', cniVersion: '1.1.0' };
    expect(addressOf(run, 'a')).toBe('10.244.1.0/16');
    expect(addressOf(run, 'a', lan)).toBe('10.244.1.1/16');
    makeOld(run);
    const gc = { ...lan, 'cni.dev/valid-attachments': null };
    expect(call(config(run, gc), { CNI_COMMAND: 'GC' }).status).toBe(0);
    expect(run.remains()).toHaveLength(2);
    expect(addressOf(run, 'a')).toMatchObject({ code: 105 });
    expect(addressOf(run, 'b', lan)).toBe('10.244.1.2/16');
  });
});

describe.skipIf(requires({ binaries: [plugin] }))('a clock that was set back', () => {
  test('keeps no address resting for longer than twice its rest', () => {
    const run = open();
    restFor(run, 30_000);
    for (const id of ['a', 'b', 'c', 'd']) addressOf(run, id);
    expect(call(config(run), { CNI_COMMAND: 'DEL', CNI_CONTAINERID: 'b' }).status).toBe(0);
    const mark = join(run.place.boot, 'pools/default/resting/10.244.1.1');
    // Freed, by the marks of the clock, in 20 s, and in a year.
    utimesSync(mark, Date.now() / 1000 + 20, Date.now() / 1000 + 20);
    expect(call(config(run), { CNI_CONTAINERID: 'e' }).code).toBe(11);
    utimesSync(mark, Date.now() / 1000 + 31_536_000, Date.now() / 1000 + 31_536_000);
    expect(addressOf(run, 'e')).toBe('10.244.1.1/16');
  });

  test('makes GC wait for a minute from now, not for the clock', () => {
    const run = open();
    addressOf(run, 'a');
    setTimes(run, 31_536_000);
    const gc = { cniVersion: '1.1.0', 'cni.dev/valid-attachments': [] };
    expect(call(config(run, gc), { CNI_COMMAND: 'GC' }).status).toBe(0);
    expect(run.remains()).toHaveLength(2);
    const directory = join(run.place.boot, 'attachments/pods/a:eth0');
    utimesSync(directory, Date.now() / 1000 - 61, Date.now() / 1000 - 61);
    expect(call(config(run, gc), { CNI_COMMAND: 'GC' }).status).toBe(0);
    expect(run.remains()).toEqual([]);
  });
});

describe.skipIf(requires({ binaries: [plugin] }))('what lies in the run directory', () => {
  test.each(['ADD', 'CHECK', 'STATUS'])('of another version is refused by %s', (CNI_COMMAND) => {
    const run = open();
    const more = { cniVersion: '1.1.0', prevResult: { ips: [] } };
    const path = join(run.place.boot, 'pools/default/pool.json');
    writeFileSync(path, '{"layout":3,"name":"default"}');
    expect(call(config(run, more), { CNI_COMMAND })).toMatchObject({ code: 102 });
    writeFileSync(join(run.root, 'agent.json'), '{"layout":1}');
    expect(call(config(run, more), { CNI_COMMAND })).toMatchObject({ code: 102 });
  });

  test.each(['agent.json', 'pool.json'])('%s as a pipe or endless: code 5, at once', (name) => {
    const run = open();
    const path = join(name === 'agent.json' ? run.root : `${run.place.boot}/pools/default`, name);
    writeFileSync(path, '{'.repeat(100_000));
    expect(call(config(run)).code).toBe(5);
    rmSync(path);
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    expect(call(config(run)).code).toBe(5);
    expect(run.remains()).toEqual([]);
  });

  test('a cursor that is no hint, or leads elsewhere, is none', () => {
    const run = open();
    const cursor = join(run.place.boot, 'pools/default/cursor');
    for (const [at, target] of ['10.9.9.9', '/etc/passwd', 'x'.repeat(3000)].entries()) {
      rmSync(cursor, { force: true });
      expect(nodeFiles.symlink(target, cursor)).toBe(undefined);
      expect(addressOf(run, `c${at}`)).toBe(`10.244.1.${at}/16`);
    }
    renameSync(join(run.place.boot, 'wanted'), `${cursor}.new`);
    expect(addressOf(run, 'd')).toBe('10.244.1.3/16');
  });

  test('without standard input: code 6', () => {
    const script = `exec '${plugin}' <&-`;
    const ran = spawnSync('sh', ['-c', script], { env: envOf('ADD', 'a'), encoding: 'utf8' });
    expect([ran.status, JSON.parse(ran.stdout).code]).toEqual([1, 6]);
  });
});

function restFor(run: RunDirectory, restMs: number): void {
  const path = join(run.place.boot, 'pools/default/pool.json');
  const read = nodeFiles.readText(path, 4096);
  if (typeof read === 'string') throw new Error(read);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(read.text), restMs }));
}

function makeOld(run: RunDirectory): void {
  setTimes(run, -120);
}

/** Moves the times of all claims and their directories. */
function setTimes({ place }: RunDirectory, seconds: number): void {
  const time = Date.now() / 1000 + seconds;
  for (const network of readdirSync(join(place.boot, 'attachments'))) {
    const folder = join(place.boot, 'attachments', network);
    for (const name of readdirSync(folder)) {
      for (const claim of readdirSync(join(folder, name)))
        lutimesSync(join(folder, name, claim), time, time);
      lutimesSync(join(folder, name), time, time);
    }
  }
}
