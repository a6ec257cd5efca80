// Measures how long a pod waits when its node has nothing left and another node must hand over a block.

import { addressOf } from '../../tests/support/cni.ts';
import { type Cluster, ipam, type Node } from './cluster.ts';
import { line, millis } from './say.ts';

const samples = 9;
const mostAdds = 100;

/**
 * Adds a node that keeps nothing at hand and takes single-address blocks until its share is used up. From
 * then on each ADD finds nothing free, asks the agent, which asks a donor; its whole time is measured.
 */
export async function measureNewBlocks(
  cluster: Cluster,
  address: string,
): Promise<readonly number[]> {
  const options = ['--low-free', '1', '--reserve-blocks', '0'];
  const node = await cluster.addNode({ name: 'dogwood', address, options });
  const measured: number[] = [];
  let owned = await addressesOwned(node);
  for (let pod = 0; measured.length < samples && pod < mostAdds; pod++) {
    const answer = await ipam(node, 'ADD', `dogwood-${pod}`, 'probe');
    addressOf(answer);
    const now = await addressesOwned(node);
    if (now > owned) measured.push(answer.ms);
    owned = now;
  }
  if (measured.length === 0) throw new Error('no ADD needed a block from a donor');
  line(`dogwood used up its share; then ADD took ${measured.map(millis).join(', ')}`);
  return measured;
}

async function addressesOwned({ agent }: Node): Promise<number> {
  const pool = (await agent.status()).pools.find(({ name }) => name === 'probe');
  return pool?.holdings.reduce((sum, { size }) => sum + size, 0) ?? 0;
}
