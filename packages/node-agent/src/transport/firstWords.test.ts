// What is published while a peer connects must not wait for the next round of anti-entropy.

import { createHash } from 'node:crypto';
import { must } from '@hedgerow/core';
import { afterEach, expect, it } from 'vitest';
import { keyFromSeed } from '../keys/index.ts';
import { createTransport, type Transport, type TransportOptions } from './index.ts';

const genesis = new TextEncoder().encode('the genesis of this test');
const network = `sha256:${createHash('sha256').update(genesis).digest('hex')}`;
const news = new TextEncoder().encode('news');

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function started(
  n: number,
  handlers: Partial<TransportOptions['handlers']>,
): Promise<Transport> {
  const transport = await createTransport({
    key: keyFromSeed(new Uint8Array(32).fill(n)),
    psk: new Uint8Array(32).fill(1),
    network,
    genesis,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    handlers: {
      onConnected: () => {},
      onDisconnected: () => {},
      onMessage: () => {},
      checkGossip: () => 'accept',
      onGossip: () => {},
      ...handlers,
    },
  });
  closing.push(() => transport.stop());
  must(await transport.start());
  return transport;
}

it('an update reaches a peer that did not say yet that it listens to gossip', async () => {
  const heard = await new Promise((resolve, reject) => {
    const teller = started(1, { onConnected: () => void teller.then((each) => each.gossip(news)) });
    const hearer = started(2, {
      onGossip: (_from, update) => resolve(update),
      onMessage: (_from, message) => message.type === 'syncUpdate' && resolve(message.update),
    });
    const dialled = Promise.all([teller, hearer]).then(async ([a, b]) => {
      must(await b.dial(a.addresses()));
    });
    dialled.catch(reject);
  });
  expect(heard).toEqual(news);
});
