// An idle cluster says nothing but hashes, and every member goes on saying them. Once a minute, whatever happens,
// a member also tells its guardians that it lives.

import { must } from '@hedgerow/core';
import type { Message } from '@hedgerow/core/cluster';
import { decodeMessage } from '@hedgerow/core/codec';
import { expect, it, vi } from 'vitest';
import { Sessions } from '../../packages/node-agent/src/transport/sessions.ts';
import { createCleanup } from '../support/cleanup.ts';
import { enter, found, quickOptions, viewOf } from '../support/embedded.ts';
import { createHome } from '../support/testNode.ts';
import { until } from '../support/until.ts';

it('exchanges hashes and signs of life, and nothing else', async () => {
  const cleanup = createCleanup();
  try {
    const sent: Message['type'][] = [];
    let heartbeats = 0;
    const push = Sessions.prototype.push;
    vi.spyOn(Sessions.prototype, 'push').mockImplementation(function (this: Sessions, to, frame) {
      const { type } = must(decodeMessage(frame));
      if (type === 'heartbeat') heartbeats += 1;
      else sent.push(type);
      return push.call(this, to, frame);
    });
    cleanup.add('the spy', () => vi.restoreAllMocks());
    const home = createHome(cleanup);
    const first = await found(cleanup, quickOptions(home, 'a'), 'default=10.80.0.0/24,block=28');
    const token = must(first.createToken());
    const others = await Promise.all(
      ['b', 'c'].map((name) => enter(cleanup, quickOptions(home, name), token)),
    );
    const agents = [first, ...others];
    await until('the cluster has settled', () => {
      const isSettled = agents.every((agent) => {
        const { state, waiting, peers } = agent.status();
        const connected = peers.filter((peer) => peer.connected);
        return state === 'ready' && waiting.length === 0 && connected.length === 2;
      });
      return isSettled && new Set(agents.map(viewOf)).size === 1;
    });
    expect(sent).toContain('grant');
    // What was under way arrives; then a silence of ten rounds of hashes, in which nothing else is said.
    const rounds = 10 * agents.length;
    await until('only hashes are left', () => {
      return sent.length > rounds && sent.slice(-rounds).every((type) => type === 'syncHash');
    });
    const before = sent.length;
    const said = heartbeats;
    await until('it stays so', () => sent.length > before + 2 * rounds);
    expect(new Set(sent.slice(before))).toEqual(new Set(['syncHash']));
    // In seconds, each member is due at most once to each of its guardians.
    expect(heartbeats - said).toBeLessThanOrEqual(agents.length * (agents.length - 1));
  } finally {
    await cleanup.run();
  }
});
