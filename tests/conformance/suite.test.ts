// The suite tells a plugin that keeps a rule from one that breaks it: for each fault that a plugin can be
// given, the rule that must notice it does, and holds without the fault.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Broken, each } from './broken.ts';
import { ruleGroups } from './rules/index.ts';
import { isCidr, isInside } from './rules/prefixes.ts';
import { listVersions, runRule } from './runSuite.ts';
import { readSubject, type Subject } from './subject.ts';

const rules = ruleGroups.flatMap((group) => group.rules);
let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'hedgerow-test-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function addresses(prefix: string, count: number, length: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at + 10}/${length}`);
}

/** The dumb plugin with a fault. */
function dumb(fault: string): Subject {
  const plugin = join(home, fault.replaceAll(' ', '-'));
  const script = fileURLToPath(new URL('dumbPlugin.mjs', import.meta.url));
  writeFileSync(plugin, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${fault}'\n`);
  chmodSync(plugin, 0o755);
  const few = [addresses('10.2.0.', 3, 24)];
  const dual = [addresses('fd00::', 4, 64), addresses('10.4.0.', 2, 24)];
  return {
    name: fault,
    plugin,
    network: {
      name: 'conformance',
      ipam: { dir: '{state}/addresses', lists: [addresses('10.1.0.', 40, 24)] },
    },
    claims: {
      ranges: [['10.1.0.0/24']],
      gateways: ['10.1.0.1'],
      reserves: true,
      few: { ipam: { lists: few }, addresses: 3 },
      dualStack: { ipam: { lists: dual }, ranges: [['fd00::/64'], ['10.4.0.0/24']] },
      dualFew: { ipam: { lists: dual }, pairs: 2, alone: { lists: dual.slice(0, 1) }, more: 4 },
      requests: { ways: ['args.cni.ips'], free: ['10.1.0.20/24', '10.1.0.21/24'] },
    },
  };
}

const NOTICED: readonly (readonly [fault: string, rule: string])[] = [
  ['no echo', 'version-2'],
  ['verb too early', 'version-7'],
  ['log on stdout', 'result-1'],
  ['interfaces', 'result-3'],
  ['new shape', 'result-5'],
  ['old shape', 'result-6'],
  ['unknown keys', 'configuration-1'],
  ['new each time', 'repeat-1'],
  ['no interface', 'repeat-4'],
  ['strict DEL', 'del-3'],
  ['needs netns', 'del-4'],
  ['frees nothing', 'del-7'],
  ['frees by address', 'del-9'],
  ['talking CHECK', 'check-2'],
  ['blind CHECK', 'check-4'],
  ['blind CHECK', 'check-5'],
  ['frees nothing', 'gc-1'],
  ['GC without list', 'gc-4'],
  ['GC of all', 'gc-6'],
  ['no interface', 'gc-7'],
  ['always ready', 'status-3'],
  ['status 0', 'errors-1'],
  ['error on stderr', 'errors-2'],
  ['error without version', 'errors-3'],
  ['own code', 'errors-5'],
  ['wrong decode code', 'input-2'],
  ['needs CNI_PATH', 'environment-3'],
  ['no name', 'environment-2'],
  ['any id', 'environment-4'],
  ['no requests', 'requests-2'],
  ['leaks when full', 'dual-3'],
  ['twice', 'addresses-1'],
];

describe('the suite', () => {
  test.each(NOTICED)('a plugin with the fault "%s" breaks %s', async (fault, id) => {
    const rule = rules.find((one) => one.id === id);
    if (rule === undefined) throw new Error(`there is no rule ${id}`);
    const listed = await listVersions(dumb('none'));
    expect(await runRule(dumb('none'), listed, rule)).toEqual({ kind: 'kept' });
    expect(await runRule(dumb(fault), listed, rule)).toMatchObject({ kind: 'broken' });
  });

  test('a plugin that hangs up, or is none, does not hold it up', async () => {
    const subject = { ...dumb('none'), plugin: '/bin/false' };
    expect(await listVersions(subject)).toEqual([]);
    const [first] = rules;
    if (first === undefined) throw new Error('there are no rules');
    const outcome = await runRule(subject, [], first);
    expect(outcome).toEqual({ kind: 'broken', reason: 'VERSION fails: status 1, nothing' });
    const missing = { ...subject, plugin: '/nonexistent/plugin' };
    await expect(listVersions(missing)).rejects.toThrow('ENOENT');
  });

  test('each rule has a name of its own', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  test('a rule of several cases names the first that is broken and counts the rest', async () => {
    const check = async (one: number): Promise<void> => {
      if (one > 1) throw new Broken('too many');
    };
    await expect(each([1, 2, 3], String, check)).rejects.toThrow('2: too many (and 1 more of 3)');
  });
});

describe('a subject file', () => {
  test('may be a network configuration', () => {
    const text = '{"cniVersion":"1.0.0","name":"a","ipam":{"type":"mine"}}';
    const subject = readSubject(text, '/opt/cni/bin/mine');
    expect(subject).toMatchObject({ name: 'mine', network: { name: 'a' } });
    expect(subject.network).not.toHaveProperty('cniVersion');
  });

  test.each([
    ['[]', 'it must be a JSON object'],
    ['{"claims":{}}', '"network" must be'],
    ['{"network":{}}', 'no "ipam"'],
    ['{', 'JSON'],
  ])('%s is refused', (text, why) => {
    expect(() => readSubject(text, '/x')).toThrow(why);
  });
});

test('prefixes', () => {
  expect(['10.0.0.1/8', 'fd00::1/128', '0.0.0.0/0'].every(isCidr)).toBe(true);
  expect(['10.0.0.1', '10.0.0.1/33', '10.0.0/8', 'x/1', '::/', '::1/1/1'].some(isCidr)).toBe(false);
  expect(isInside('10.1.0.77', ['10.2.0.0/16', '10.1.0.0/24'])).toBe(true);
  expect(isInside('fd00::1', ['10.2.0.0/16'])).toBe(false);
  expect(isInside('nonsense', ['0.0.0.0/0'])).toBe(false);
});
