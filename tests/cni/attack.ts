// A node under attack: its run directory on a real file system, the agent's part played by this process, and
// an oracle that knows nothing but what was asked and answered.

import { lutimesSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '@hedgerow/cni';
import { formatAddress, prefixOf } from '@hedgerow/core/address';
import { drainBlock, listEntries, ownerOf, sweep } from '@hedgerow/core/claims';
import { addressesOf, callSync, type PluginCall, type Ran } from './callPlugin.ts';
import { makeRunDirectory, type PublishedPool, type RunDirectory } from './runDirectory.ts';

const ids = ['a', 'b', 'c'] as const;
type Id = (typeof ids)[number];

/** What is done to the node: by the plugin, or by the agent (sweep, drain). */
export type Deed = `${'ADD' | 'DEL' | 'CHECK'} ${Id}` | 'GC' | 'STATUS' | 'sweep' | 'drain';

const firstBlock = '10.244.1.0/29';
const pools: readonly PublishedPool[] = [
  {
    name: 'default',
    prefix: '10.244.0.0/16',
    blockLength: 29,
    blocks: [firstBlock, '10.244.1.8/29'],
  },
  { name: 'six', prefix: 'fd00::/64', blockLength: 125, blocks: ['fd00::8/125'] },
];

export interface Node {
  /** What the plugin would be called with. Only for deeds of the plugin. */
  callOf(deed: Deed): PluginCall;
  /** Does it from beginning to end. */
  run(deed: Deed): Ran | undefined;
  /** Takes note that a call begins, which a DEL counts from, and of its end. */
  begins(deed: Deed): void;
  ended(deed: Deed, ran: Ran): void;
  /** What is wrong now: an address given twice, one freed that was answered. Empty when nothing is. */
  wrongs(): readonly string[];
  /** DEL of everything and a sweep; what is left over then. */
  repair(): readonly string[];
  remove(): void;
}

/** A fresh node whose run directory lies below `base`. */
export function createNode(base: string): Node {
  const run = makeRunDirectory(pools, { base });
  const live = new Map<string, readonly string[]>();
  // An ADD that a DEL of the same attachment overtakes may answer what that DEL has freed or goes on to free.
  const adding = new Set<string>();
  const node: Node = {
    callOf: (deed) => callOf(run, deed, [...live.keys()]),
    run(deed) {
      if (deed === 'sweep') sweep(nodeFiles, run.place, { wallMs: Date.now() });
      else if (deed === 'drain') drainBlock(nodeFiles, run.place, 'default', prefixOf(firstBlock));
      else {
        if (deed === 'GC') makeOld(run);
        node.begins(deed);
        const ran = callSync(node.callOf(deed));
        node.ended(deed, ran);
        return ran;
      }
      return undefined;
    },
    begins(deed) {
      const [verb, id = ''] = deed.split(' ');
      if (verb === 'ADD') adding.add(id);
      if (verb !== 'DEL') return;
      live.delete(id);
      adding.delete(id);
    },
    ended(deed, { status, answer }) {
      const [verb, id = ''] = deed.split(' ');
      if (verb === 'ADD' && status === 0 && adding.has(id))
        live.set(id, addressesOf({ status, answer }));
    },
    wrongs: () => wrongs(run, live),
    repair() {
      for (const id of ids) node.run(`DEL ${id}`);
      node.run('sweep');
      return run.remains();
    },
    remove: () => run.remove(),
  };
  return node;
}

function callOf(run: RunDirectory, deed: Deed, valid: readonly string[]): PluginCall {
  const [verb = '', id = ''] = deed.split(' ');
  const ipam = { type: 'hedgerow-ipam', runDir: run.root, waitMs: 0, pools: ['default', 'six'] };
  const input = JSON.stringify({
    cniVersion: '1.1.0',
    name: 'pods',
    ipam,
    prevResult: { cniVersion: '1.1.0', ips: [] },
    'cni.dev/valid-attachments': valid.map((containerID) => ({ containerID, ifname: 'eth0' })),
  });
  return { verb, id, input };
}

/** Lets every claim look two minutes old, so that GC takes it. */
function makeOld({ place }: RunDirectory): void {
  const then = Date.now() / 1000 - 120;
  const network = join(place.boot, 'attachments', 'pods');
  for (const name of statSync(network, { throwIfNoEntry: false }) ? readdirSync(network) : [])
    for (const claim of readdirSync(join(network, name)))
      if (!claim.endsWith('.new')) lutimesSync(join(network, name, claim), then, then);
}

function wrongs(run: RunDirectory, live: ReadonlyMap<string, readonly string[]>): string[] {
  const held = new Map<string, string[]>();
  for (const entry of listEntries(nodeFiles, run.place)) {
    const owner = ownerOf(nodeFiles, run.place, entry)?.containerId;
    if (owner === undefined) continue;
    const address = formatAddress(entry.address);
    held.set(address, [...(held.get(address) ?? []), owner]);
  }
  const found = [...held].flatMap(([address, owners]) =>
    owners.length > 1 ? [`${address} belongs to ${owners.join(' and ')}`] : [],
  );
  for (const [id, addresses] of live)
    for (const address of addresses)
      if (!held.get(address)?.includes(id)) found.push(`${address} of ${id} was freed`);
  const all = [...live.values()].flat();
  if (new Set(all).size !== all.length) found.push(`answered twice: ${all.join(', ')}`);
  return found;
}
