/** What follows from a write once it is durable. Nothing here happens before. */
import type { MemberId, Pool } from '../../membership/types.ts';
import type { Update } from '../../replica/types.ts';
import { publish, publishAll } from '../blocks/open.ts';
import { roundSucceeded } from '../exchange/asker.ts';
import { hintFor, refuseRequest } from '../exchange/donor.ts';
import type { Applied, Intent } from '../state/parts.ts';
import { blockKey, peerOf } from '../state/state.ts';
import { send, type Turn } from '../state/turn.ts';

/** The consequences of one applied intent. */
export function follow(turn: Turn, { change }: Applied, update: Update | undefined): void {
  if (change === undefined) return;
  switch (change.kind) {
    case 'boot':
      turn.state.booted = true;
      publishAll(turn);
      return;
    case 'commit':
      publish(turn, turn.state.pools.get(change.pool) as Pool, change.block, true);
      return;
    case 'release':
      turn.state.blocks.delete(blockKey(change.pool, change.block));
      return;
    case 'grant':
      sendGrant(turn, change.to, change);
      return;
    case 'accept': {
      const ack = { type: 'ack' as const, counter: change.counter };
      send(turn, change.from, update === undefined ? ack : { ...ack, update });
      roundSucceeded(turn, change.record.body.pool);
      return;
    }
    case 'acknowledged':
      return;
  }
}

type Granted = Extract<NonNullable<Applied['change']>, { kind: 'grant' }>;

function sendGrant(turn: Turn, to: MemberId, { record, counter }: Granted): void {
  const peer = peerOf(turn.state, turn.env, to);
  peer.resendPauseMs = turn.state.tuning.resendMs;
  peer.resendAtMs = turn.env.nowMs + peer.resendPauseMs;
  const hint = hintFor(turn, record.body.pool, to);
  send(turn, to, { type: 'grant', record, counter, hint });
}

/** A grant that found nothing to give. */
export function refused(turn: Turn, intent: Extract<Intent, { kind: 'grant' }>): void {
  const { left } = hintFor(turn, intent.pool, intent.to);
  const message = left > 0 ? 'the donor keeps what it has left' : 'nothing left in reserve';
  refuseRequest(turn, intent.to, intent.pool, 'no-reserve', message);
}
