// `hedgerow addr`: what an operator learns of an address, and how he frees one.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { startApi } from '../../packages/node-agent/src/api/server.ts';
import { runCli } from '../../packages/node-agent/src/cli/runCli.ts';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import { enter, quickOptions } from '../support/embedded.ts';
import { createEmbeddedNode, type EmbeddedNode } from '../support/embeddedNode.ts';
import { createHome } from '../support/testNode.ts';
import { until } from '../support/until.ts';

let cleanup: Cleanup;
let node: EmbeddedNode;
let netns: string;
beforeEach(async () => {
  cleanup = createCleanup();
  node = await createEmbeddedNode(cleanup, 'default=10.96.0.0/24,block=28', { restMs: 60_000 });
  const api = must(await startApi(node.runDir, node.agent));
  cleanup.add('api', () => api.close());
  // A plain file stands for a namespace: only its name matters to an operator's word.
  netns = join(createHome(cleanup), 'pod');
  writeFileSync(netns, '');
});
afterEach(() => cleanup.run());

async function hedgerow(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    env: { HEDGEROW_RUN: node.runDir },
    colour: false,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    untilStopped: () => new Promise(() => {}),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('addr show', () => {
  it('says who holds an address, since when, where, and which node owns it', async () => {
    const address = addressOf(await node.cni('ADD', 'web-1', { netns }));
    const { code, out } = await hedgerow('addr', 'show', address);
    expect(code).toBe(0);
    expect(out).toMatch(/block +10\.96\.0\.\d+\/28 +open here/);
    expect(out).toMatch(/owner +this node, by 10\.96\.0\.0\/24 version 1/);
    expect(out).toMatch(/held by +pods\/web-1, interface eth0/);
    expect(out).toMatch(/since +20\d\d-\d\d-\d\dT/);
    expect(out).toContain(`${netns}  present`);
    const json = JSON.parse((await hedgerow('addr', 'show', address, '--json')).out);
    expect(json).toMatchObject({ pool: 'default', holder: { container: 'web-1', netns } });
  });

  it('says that it rests, is reserved, is nobody’s, or lies in no pool', async () => {
    const address = addressOf(await node.cni('ADD', 'web-1'));
    await node.cni('DEL', 'web-1');
    expect((await hedgerow('addr', 'show', address)).out).toMatch(
      /freed and rests for another \d+ s/,
    );
    expect((await hedgerow('addr', 'show', '10.96.0.1')).out).toMatch(/nobody: it is the gateway/);
    expect((await hedgerow('addr', 'show', '10.96.0.9')).out).toMatch(/held by +nobody$/m);
    expect((await hedgerow('addr', 'show', '192.0.2.1')).out).toMatch(/no pool contains it/);
    const wrong = await hedgerow('addr', 'show', '10.96.0.300');
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toMatch(/10\.96\.0\.300/);
  });

  it('names the member that owns an address of another node', async () => {
    const home = createHome(cleanup);
    const other = await enter(cleanup, quickOptions(home, 'b'), must(node.agent.createToken()));
    const owned = await until('b owns a block, and a knows it', () => {
      const [pool] = node.agent.map().pools;
      return pool?.pieces.find(({ owner }) => owner === other.member)?.prefix;
    });
    const address = owned.split('/')[0] ?? '';
    const shown = await until('a knows the name of b', async () => {
      const { out } = await hedgerow('addr', 'show', address);
      return / b /.test(out) && out;
    });
    expect(shown).toMatch(new RegExp(`owner +b ${other.member}, by ${owned}`));
    expect(shown).toMatch(/not on this node/);
    expect(shown).toMatch(/held by +nobody here; ask its owner/);
    const released = await hedgerow('addr', 'release', address);
    expect(released.err).toMatch(/Nobody holds .* belongs to b: ask there/);
    await until('the plugin can say so too', async () => {
      const ips = { runtimeConfig: { ips: [address] }, capabilities: { ips: true } };
      const refused = await node.cni('ADD', 'wish', { more: ips });
      return JSON.stringify(refused.answer).includes('belongs to node b');
    });
  });
});

describe('addr release', () => {
  it('frees what a container held whose namespace is gone, in one line', async () => {
    const address = addressOf(await node.cni('ADD', 'web-1', { netns }));
    rmSync(netns);
    const { code, out } = await hedgerow('addr', 'release', address);
    expect(out).toBe(`freed ${address} of pool default, which pods/web-1 held on eth0`);
    expect(code).toBe(0);
    expect(node.held()).toEqual([]);
    expect((await hedgerow('addr', 'show', address)).out).toMatch(/rests for another/);
  });

  it('refuses while the namespace is there, unless --force', async () => {
    const address = addressOf(await node.cni('ADD', 'web-1', { netns }));
    const refused = await hedgerow('addr', 'release', address);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/is held by pods\/web-1:eth0.*is there.*--force/);
    expect(node.held()).toHaveLength(1);
    expect((await hedgerow('addr', 'release', address, '--force')).code).toBe(0);
    expect(node.held()).toEqual([]);
  });

  it('refuses when nobody can tell', async () => {
    const { address } = must(await node.agent.allocate({ pool: 'default', attachment: 'lib' }));
    const refused = await hedgerow('addr', 'release', address);
    expect(refused.err).toMatch(/nobody can tell whether it is in use/);
    expect(node.held()).toHaveLength(1);
  });

  it.each([
    ['10.96.0.9', /Nobody holds 10\.96\.0\.9 on this node; nothing was changed/],
    ['192.0.2.1', /is in no pool; there are: default \(10\.96\.0\.0\/24\)/],
    ['web-1', /web-1/],
  ])('refuses %s', async (address, message) => {
    const refused = await hedgerow('addr', 'release', address);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(message);
  });

  it('wants an address', async () => {
    expect((await hedgerow('addr', 'release')).code).toBe(2);
    expect((await hedgerow('addr', 'show')).code).toBe(2);
  });
});

test('addr gc tells what it frees, what it would free, and why the rest stays', async () => {
  const address = addressOf(await node.cni('ADD', 'web-1', { netns }));
  const dry = await hedgerow('addr', 'gc', '--dry-run');
  expect(dry.code).toBe(0);
  expect(dry.out).toMatch(/^would free 0 addresses of containers that are gone\n/);
  expect(dry.out).toMatch(
    new RegExp(`kept +${address} +pods/web-1:eth0 +${netns} is there, but no`),
  );
  const { out } = await hedgerow('addr', 'gc');
  expect(out).toMatch(/^freed 0 addresses .*, and 0 leftovers of killed plugins\n/);
  const report = JSON.parse((await hedgerow('addr', 'gc', '--json')).out);
  expect(report).toMatchObject({ dryRun: false, leaks: [{ state: 'kept', address }] });
  expect(node.held()).toHaveLength(1);
});
