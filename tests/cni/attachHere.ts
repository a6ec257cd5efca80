// An ADD by this process, for what a test has to find in place.

import { randomBytes } from 'node:crypto';
import { nodeFiles } from '@hedgerow/cni';
import type { Address } from '@hedgerow/core/address';
import { bookPool } from '@hedgerow/core/book';
import { attach } from '@hedgerow/core/claims';
import type { PublishedPool, RunDirectory } from './runDirectory.ts';

/** Attaches a container to the network `pods` and returns its address of each pool. */
export function attachHere(
  { place }: Pick<RunDirectory, 'place'>,
  pools: readonly PublishedPool[],
  containerId: string,
): readonly Address[] {
  const wishes = pools.map(({ name, prefix, blockLength }) => ({
    pool: { ...bookPool({ name, prefix, blockLength, subnet: 'pool' }), restMs: 0 },
    excluded: [],
  }));
  const attached = attach(
    {
      files: nodeFiles,
      place,
      attachment: { network: 'pods', containerId, ifname: 'eth0' },
      netns: '/x',
      newClaim: () => randomBytes(16).toString('hex'),
      wallMs: () => Date.now(),
      waitForSpace: () => false,
    },
    wishes,
  );
  if (!attached.ok) throw new Error(attached.error.message);
  return attached.value.map(({ address }) => address);
}
