// Ours: a run directory as an agent leaves it, with a pool for each claim.

import { lutimesSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRunDirectory, type PublishedPool } from '../../cni/runDirectory.ts';
import type { Subject } from '../subject.ts';

const pools: readonly PublishedPool[] = [
  {
    name: 'default',
    prefix: '10.1.0.0/16',
    blockLength: 26,
    blocks: ['10.1.0.0/26', '10.1.0.64/26'],
  },
  { name: 'six', prefix: 'fd00:3::/64', blockLength: 122, blocks: ['fd00:3::40/122'] },
  // The first two addresses of this block are the pool's own and its gateway.
  { name: 'few', prefix: '10.2.0.0/16', blockLength: 29, blocks: ['10.2.0.0/29'] },
  { name: 'few-four', prefix: '10.4.0.0/16', blockLength: 31, blocks: ['10.4.1.0/31'] },
  { name: 'few-six', prefix: 'fd00:4::/64', blockLength: 126, blocks: ['fd00:4::40/126'] },
];

const routes = [{ dst: '0.0.0.0/0' }, { dst: '10.9.0.0/16', gw: '10.1.0.9' }];
const dns = { nameservers: ['10.1.0.53'], search: ['example.com'] };

/** The plugin of this tree, as built. */
export const hedgerow: Subject = {
  name: 'hedgerow-ipam',
  plugin: fileURLToPath(new URL('../../../dist/bin/hedgerow-ipam', import.meta.url)),
  documentation: '[CNI.md](CNI.md)',
  notes:
    'its GC spares what is younger than a minute, so the set-up makes what is held look older; ' +
    'its STATUS fails on a full node only when `reportFull` is set, as it is where that is checked',
  network: {
    name: 'conformance',
    type: 'ptp',
    ipam: { type: 'hedgerow-ipam', pools: ['default'], runDir: '{state}/run', waitMs: 0 },
  },
  prepare(state) {
    const { root } = makeRunDirectory(pools, { base: state });
    renameSync(root, join(state, 'run'));
  },
  age: (state) => makeOld(join(state, 'run')),
  claims: {
    ranges: [['10.1.0.0/25']],
    reserves: true,
    gateways: ['10.1.0.1'],
    routes: { ipam: { routes }, expected: routes },
    dns: { ipam: { dns }, expected: dns },
    few: { ipam: { pools: ['few'] }, addresses: 6 },
    dualStack: {
      ipam: { pools: ['default', 'six'] },
      ranges: [['10.1.0.0/25'], ['fd00:3::40/122']],
    },
    dualFew: {
      ipam: { pools: ['few-six', 'few-four'] },
      pairs: 2,
      alone: { pools: ['few-six'] },
      more: 4,
    },
    requests: {
      ways: ['runtimeConfig.ips', 'args.cni.ips', 'CNI_ARGS'],
      free: ['10.1.0.77', '10.1.0.78/16'],
      outside: '10.99.0.1',
    },
    refusesRepeats: true,
    delNeeds: ['type', 'runDir'],
    ignoresUnknownArgs: true,
    unready: { ipam: { runDir: '{state}/absent' } },
    statusWhenFull: { ipam: { reportFull: true } },
    gcOldKey: true,
  },
};

/** GC spares what is younger than a minute: an ADD could be under way. */
function makeOld(directory: string): void {
  const then = Date.now() / 1000 - 600;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) makeOld(path);
    lutimesSync(path, then, then);
  }
}
