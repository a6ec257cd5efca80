// A node under attack: its run directory on a real file system, the agent's part played by this process, and
// an oracle. Preparing and clearing away are done by this process too; what attacks and what is attacked
// is the real executable.

import { lutimesSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '@hedgerow/cni';
import { formatAddress, prefixOf } from '@hedgerow/core/address';
import {
  detach,
  drainBlock,
  listEntries,
  ownerOf,
  removeDrained,
  sweep,
} from '@hedgerow/core/claims';
import { attachHere } from './attachHere.ts';
import { callSync, type PluginCall, type Ran } from './callPlugin.ts';
import { type Deed, ids } from './deed.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { makeRunDirectory, type PublishedPool, type RunDirectory } from './runDirectory.ts';

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
const lengths: ReadonlyMap<boolean, number> = new Map([
  [false, 16],
  [true, 64],
]);

export interface Node {
  readonly oracle: Oracle;
  /** Does it in this process. Only for ADD, `lose` and `drain`. */
  prepare(deed: Deed): void;
  /** What the plugin is to be called with; takes note that the call begins. Only for deeds of the plugin. */
  begin(deed: Deed): PluginCall;
  /** True when the container holds an address of each pool. */
  hasAll(id: string): boolean;
  /** Does it from beginning to end. */
  call(deed: Deed): Ran | undefined;
  /** Undoes everything and sweeps; what is left over then. */
  repair(): readonly string[];
  remove(): void;
}

/** A fresh node whose run directory lies below `base`. */
export function createNode(base: string): Node {
  const run = makeRunDirectory(pools, { base });
  const oracle = createOracle(run);
  const begin = (deed: Deed): PluginCall => {
    if (deed === 'GC') makeOld(run, oracle.adding());
    if (deed === 'late GC') makeOld(run, new Set());
    oracle.begins(deed);
    return callOf(run, deed, oracle.live());
  };
  return {
    oracle,
    begin,
    prepare(deed) {
      const [verb, id = ''] = deed.split(' ');
      if (verb === 'ADD') oracle.keep(id, attachHere(run, pools, id).map(formatAddress));
      else if (verb === 'lose') oracle.lose(id);
      else drain(run);
    },
    call(deed) {
      if (deed === 'sweep') sweep(nodeFiles, run.place, { wallMs: Date.now() });
      else if (deed === 'drain') drain(run);
      else if (deed === 'withdraw') withdraw(run);
      else {
        const ran = callSync(begin(deed));
        oracle.ended(deed, ran);
        return ran;
      }
      return undefined;
    },
    hasAll: (id) =>
      [...listEntries(nodeFiles, run.place)].filter(
        (entry) => ownerOf(nodeFiles, run.place, entry)?.containerId === id,
      ).length === pools.length,
    repair() {
      for (const containerId of ids)
        detach(nodeFiles, run.place, { network: 'pods', containerId, ifname: 'eth0' });
      sweep(nodeFiles, run.place, { wallMs: Date.now() });
      return run.remains().map((left) => `left over: ${left}`);
    },
    remove: () => run.remove(),
  };
}

function drain({ place }: RunDirectory): void {
  drainBlock(nodeFiles, place, 'default', prefixOf(firstBlock));
}

/** The agent takes the block out as soon as it is empty, now or never. */
function withdraw(run: RunDirectory): void {
  drain(run);
  removeDrained(nodeFiles, run.place, 'default', prefixOf(firstBlock));
}

function callOf(
  run: RunDirectory,
  deed: Deed,
  live: ReadonlyMap<string, readonly string[]>,
): PluginCall {
  const [verb = '', id = ''] = deed === 'late GC' ? ['GC'] : deed.split(' ');
  const ipam = { type: 'hedgerow-ipam', runDir: run.root, waitMs: 0, pools: ['default', 'six'] };
  const ips = (live.get(id) ?? []).map((address) => ({
    address: `${address}/${lengths.get(address.includes(':'))}`,
  }));
  const input = JSON.stringify({
    cniVersion: '1.1.0',
    name: 'pods',
    ipam,
    prevResult: { cniVersion: '1.1.0', ips, routes: [], dns: {} },
    'cni.dev/valid-attachments': [...live.keys()].map((containerID) => ({
      containerID,
      ifname: 'eth0',
    })),
  });
  return { verb, id, input };
}

/** Lets every claim but those of some look two minutes old, so that GC takes it. */
function makeOld({ place }: RunDirectory, but: ReadonlySet<string>): void {
  const then = Date.now() / 1000 - 120;
  const network = join(place.boot, 'attachments', 'pods');
  for (const name of statSync(network, { throwIfNoEntry: false }) ? readdirSync(network) : []) {
    if (but.has(name.replace(/:.*/, ''))) continue;
    for (const claim of readdirSync(join(network, name)))
      if (!claim.endsWith('.new')) lutimesSync(join(network, name, claim), then, then);
  }
}
