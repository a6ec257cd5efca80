/** What follows from a write once it is durable. Nothing here happens before. */
import type { Pool } from '../../membership/types.ts';
import type { Update } from '../../replica/types.ts';
import { publish } from '../blocks/index.ts';
import { acknowledge, roundSucceeded, sendGrant } from '../exchange/index.ts';
import { boot } from '../register/index.ts';
import type { Applied, Durable, Turn } from '../state/index.ts';
import { blockKey } from '../state/index.ts';

/** The consequences of one applied intent. */
export function follow(
  turn: Turn,
  durable: Durable,
  { change }: Applied,
  update: Update | undefined,
): void {
  switch (change?.kind) {
    case 'boot':
      return boot(turn, durable);
    case 'commit':
      return publish(turn, durable, turn.state.pools.get(change.pool) as Pool, change.block, true);
    case 'release':
      turn.state.blocks.delete(blockKey(change.pool, change.block));
      return;
    case 'grant':
      return sendGrant(turn, durable, change);
    case 'accept':
      acknowledge(turn, durable, change, update);
      return roundSucceeded(turn, change.record.body.pool);
  }
}
