// The executable for arm64: built here by Debian's cross compiler and run by an emulator, which translates its
// instructions and passes its system calls to this kernel. What a kernel on such a processor does is not tested.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { addressesOf, callSync, plugin, type Ran } from './callPlugin.ts';
import { makeRunDirectory, type RunDirectory } from './runDirectory.ts';

const emulator = 'qemu-aarch64-static';
const program = `${plugin}-arm64`;
const build = fileURLToPath(new URL('../../scripts/buildPlugin.mjs', import.meta.url));
const binaries = ['aarch64-linux-gnu-gcc', emulator];

describe.skipIf(requires({ binaries }))('the executable for arm64', () => {
  let run: RunDirectory;
  beforeAll(() => {
    // The first time, QuickJS and a C library are compiled for that processor.
    execFileSync(process.execPath, [build, '--arm64'], { stdio: 'pipe' });
    run = makeRunDirectory([
      { name: 'four', prefix: '10.244.0.0/16', blockLength: 26, blocks: ['10.244.1.0/26'] },
      { name: 'six', prefix: 'fd00::/64', blockLength: 122, blocks: ['fd00::40/122'] },
    ]);
  }, 600_000);
  afterAll(() => run?.remove());

  function call(verb: string, id: string, more: object = {}): Ran {
    const ipam = { type: 'hedgerow-ipam', runDir: run.root, waitMs: 0, pools: ['four', 'six'] };
    const input = JSON.stringify({ cniVersion: '1.1.0', name: 'pods', ipam, ...more });
    return callSync({ verb, id, input, program, wrapper: [emulator] });
  }

  test('is one static file for that processor, under 3 MB', () => {
    const elf = readFileSync(program);
    expect(elf.subarray(0, 5).toString('latin1')).toBe('\x7fELF\x02');
    // e_machine, see elf(5): EM_AARCH64.
    expect(elf.readUInt16LE(18)).toBe(183);
    const headers = Array.from({ length: elf.readUInt16LE(56) }, (_, at) => 64 + at * 56);
    // PT_INTERP would name a loader.
    expect(headers.map((at) => elf.readUInt32LE(at))).not.toContain(3);
    expect(statSync(program).size).toBeLessThan(3_000_000);
  });

  test('adds, checks, collects and deletes', () => {
    expect(call('VERSION', '').answer).toMatchObject({ cniVersion: '1.1.0' });
    expect(call('STATUS', '')).toEqual({ status: 0, answer: undefined });
    const first = call('ADD', 'a');
    expect(addressesOf(first)).toEqual(['10.244.1.0', 'fd00::40']);
    expect(call('ADD', 'a')).toMatchObject({ status: 1, answer: { code: 105 } });
    const second = call('ADD', 'b');
    expect(addressesOf(second)).toEqual(['10.244.1.1', 'fd00::41']);
    expect(call('CHECK', 'a', { prevResult: first.answer })).toEqual({
      status: 0,
      answer: undefined,
    });
    expect(call('CHECK', 'a', { prevResult: second.answer })).toMatchObject({
      status: 1,
      answer: { code: 104 },
    });
    expect(call('GC', '', { 'cni.dev/valid-attachments': [] }).status).toBe(0);
    // What was added just now is too young to be collected.
    expect(run.remains()).toHaveLength(6);
    for (const id of ['a', 'b', 'b']) expect(call('DEL', id).status).toBe(0);
    expect(run.remains()).toEqual([]);
  });

  test('takes a requested address, and refuses it to the next', () => {
    const wish = { args: { cni: { ips: ['10.244.1.9', 'fd00::5a/64'] } } };
    expect(addressesOf(call('ADD', 'a', wish))).toEqual(['10.244.1.9', 'fd00::5a']);
    expect(call('ADD', 'b', wish)).toMatchObject({ status: 1, answer: { code: 103 } });
    expect(call('DEL', 'a').status).toBe(0);
    expect(run.remains()).toEqual([]);
  });
});
