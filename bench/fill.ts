// Run directories and data of host-local with many addresses taken.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '../packages/cni/src/index.ts';
import { bookPool } from '../packages/core/src/book/index.ts';
import { attach } from '../packages/core/src/claims/index.ts';
import { makeRunDirectory, type RunDirectory } from '../tests/cni/runDirectory.ts';

/** A run directory with as many addresses taken as asked for, and room for more in the last blocks. */
export function openRun(base: string, held: number, room: number): RunDirectory {
  const count = Math.ceil((held + room) / 64) + 1;
  const blocks = times(count).map((at) => `10.244.${at >> 2}.${(at & 3) * 64}/26`);
  const pool = { name: 'default', prefix: '10.244.0.0/16', blockLength: 26, blocks };
  // The bursts come round sooner than a rest ends.
  const run = makeRunDirectory([pool], { base, restMs: 0 });
  const wish = {
    pool: {
      ...bookPool({ name: 'default', prefix: pool.prefix, blockLength: 26, subnet: 'pool' }),
      restMs: 0,
    },
    excluded: [],
  };
  for (const at of times(held)) {
    const attached = attach(
      {
        files: nodeFiles,
        place: run.place,
        attachment: { network: 'pods', containerId: `held${at}`, ifname: 'eth0' },
        netns: '/x',
        newClaim: () => at.toString(16).padStart(32, '0'),
        wallMs: () => Date.now(),
        waitForSpace: () => false,
      },
      [wish],
    );
    if (!attached.ok) throw new Error(attached.error.message);
  }
  return run;
}

/** The same number in host-local's own format, one file for each address. */
export function fillHostLocal(data: string, held: number): void {
  const directory = join(data, 'pods');
  mkdirSync(directory, { recursive: true });
  for (const at of times(held)) {
    const host = at + 2;
    writeFileSync(join(directory, `10.244.${host >> 8}.${host & 255}`), `held${at}\r\neth0`);
  }
  if (held === 0) return;
  const last = held + 1;
  writeFileSync(join(directory, 'last_reserved_ip.0'), `10.244.${last >> 8}.${last & 255}`);
}

function times(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}
