// Garbage collection and DEL that freed live addresses elsewhere, or freed nothing.

import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import { createEmbeddedNode, type EmbeddedNode } from '../support/embeddedNode.ts';
import { until } from '../support/until.ts';

let cleanup: Cleanup;
let node: EmbeddedNode;
beforeEach(async () => {
  cleanup = createCleanup();
  // A single block of one usable address: whoever frees it frees it for the next.
  node = await createEmbeddedNode(cleanup, 'default=10.91.0.0/30,block=30');
  await until('a block is open', () => node.agent.status().state === 'ready');
});
afterEach(() => cleanup.run());

/** Makes everything that is held older than the minute that GC leaves alone. */
function age(): void {
  const boots = readdirSync(node.runDir).filter((name) => /^[0-9a-f-]{36}$/.test(name));
  const old = Date.now() / 1000 - 3600;
  for (const boot of boots) {
    const networks = join(node.runDir, boot, 'attachments');
    for (const network of readdirSync(networks)) {
      for (const name of readdirSync(join(networks, network)))
        utimesSync(join(networks, network, name), old, old);
    }
  }
}

/** As the kubelet's runtimes name a pod. */
function pod(name: string): { readonly args: string } {
  return { args: `IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=${name}` };
}

const valid = (...ids: readonly string[]): { readonly more: object } => ({
  more: {
    'cni.dev/valid-attachments': ids.map((containerID) => ({ containerID, ifname: 'eth0' })),
  },
});

it('whereabouts #176: a pod of the same name that took over keeps its address when the old one is collected', async () => {
  const address = addressOf(await node.cni('ADD', 'sandbox-1', pod('web-0')));
  age();
  expect((await node.cni('GC', '', valid())).ok).toBe(true);
  await until('it rested', async () => (await node.cni('ADD', 'sandbox-2', pod('web-0'))).ok);
  age();
  // Now the list of a runtime that knows the new sandbox, and the late DEL of the old one.
  expect((await node.cni('GC', '', valid('sandbox-2'))).ok).toBe(true);
  expect((await node.cni('DEL', 'sandbox-1', pod('web-0'))).ok).toBe(true);
  expect(node.held()).toEqual([`sandbox-2 ${address}`]);
});

it('whereabouts #207: a pod that starts after the list was made keeps its address', async () => {
  const list = valid();
  const address = addressOf(await node.cni('ADD', 'new'));
  expect((await node.cni('GC', '', list)).ok).toBe(true);
  expect(await node.agent.collectGarbage()).toMatchObject({ leaks: [{ state: 'kept' }] });
  expect(node.held()).toEqual([`new ${address}`]);
});

it('cilium #10065: a late duplicate DEL does not free the address of its next owner', async () => {
  const address = addressOf(await node.cni('ADD', 'first'));
  expect((await node.cni('DEL', 'first')).ok).toBe(true);
  const second = await until('it rested', async () => {
    const added = await node.cni('ADD', 'second');
    return added.ok && added;
  });
  expect(addressOf(second)).toBe(address);
  for (let late = 0; late < 3; late++) {
    const prevResult = { cniVersion: '1.0.0', ips: [{ address: `${address}/30` }] };
    expect((await node.cni('DEL', 'first', { more: { prevResult } })).ok).toBe(true);
  }
  expect(node.held()).toEqual([`second ${address}`]);
});

it('AWS VPC CNI #1939: DEL frees the address also when the path of the namespace is empty', async () => {
  addressOf(await node.cni('ADD', 'gone'));
  expect(await node.cni('DEL', 'gone', { netns: '' })).toMatchObject({ ok: true });
  expect(node.held()).toEqual([]);
});

it('plugins that ignore it: GC is a verb that does something, not one that only says so', async () => {
  addressOf(await node.cni('ADD', 'left-behind'));
  age();
  expect((await node.cni('GC', '', valid())).ok).toBe(true);
  expect(node.held()).toEqual([]);
});
