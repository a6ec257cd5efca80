/** What a simulated node does: each effect of a step, on its disk, its links and its run directory. */
import type { Effect } from '../cluster/index.ts';
import type { SimNode } from './node.ts';
import type { Random } from './random.ts';
import { respond } from './response.ts';
import { persist, persistAcceptor } from './writing.ts';

const goals = { publishBlock: 'publish', withdrawBlock: 'withdraw', closeBlock: 'close' } as const;

/** Carries one effect out. `random`: the node's chance. */
export function carryOut(node: SimNode, effect: Effect, random: Random): void {
  const { cluster } = node;
  switch (effect.type) {
    case 'persist':
      return persist(node, effect, random);
    case 'persistAcceptor':
      return persistAcceptor(node, effect, random);
    case 'keep':
      return node.disk.keep(effect.update);
    case 'send':
      return cluster.links.send(node, effect.to, effect.message);
    case 'gossip':
      return cluster.links.gossip(node, effect.update);
    case 'publishBlock':
    case 'withdrawBlock':
    case 'closeBlock':
      node.run.aim(goals[effect.type], effect.pool, effect.prefix);
      return node.pollSoon(10);
    case 'wake':
      return node.wakeAt(effect.atMs);
    case 'event':
      return respond(node, effect.event);
  }
}
