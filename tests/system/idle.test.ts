// An idle cluster says nothing but hashes, and every member goes on saying them.

import { must } from '@hedgerow/core';
import type { Message } from '@hedgerow/core/cluster';
import { decodeMessage } from '@hedgerow/core/codec';
import { expect, it, vi } from 'vitest';
import { Sessions } from '../../packages/node-agent/src/transport/sessions.ts';
import { createCleanup } from '../support/cleanup.ts';
import { enter, found, quickOptions, viewOf } from '../support/embedded.ts';
import { createHome } from '../support/testNode.ts';
import { until } from '../support/until.ts';

it('exchanges hashes and nothing else', async () => {
  const cleanup = createCleanup();
  try {
    const sent: Message['type'][] = [];
    const push = Sessions.prototype.push;
    vi.spyOn(Sessions.prototype, 'push').mockImplementation(function (this: Sessions, to, frame) {
      sent.push(must(decodeMessage(frame)).type);
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
    await until('it stays so', () => sent.length > before + 2 * rounds);
    expect(new Set(sent.slice(before))).toEqual(new Set(['syncHash']));
  } finally {
    await cleanup.run();
  }
});
