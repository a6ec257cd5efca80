import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { must } from '@hedgerow/core';
import type { Message } from '@hedgerow/core/cluster';
import { encodeMessage } from '@hedgerow/core/codec';
import { multiaddr } from '@multiformats/multiaddr';
import { afterEach, describe, expect, it } from 'vitest';
import { type AgentKey, keyFromSeed } from '../keys/index.ts';
import { gossipService } from './gossip.ts';
import {
  createTransport,
  fetchGenesis,
  maxGossipBytes,
  type Transport,
  type TransportOptions,
  type Verdict,
} from './index.ts';
import { createNode, defaultLimits } from './node.ts';
import { directProtocol } from './protocols.ts';

const genesis = new TextEncoder().encode('the genesis of these tests');
const network = networkOf(genesis);
const psk = new Uint8Array(32).fill(1);
const wrongPsk = new Uint8Array(32).fill(2);
const anywhere = ['/ip4/127.0.0.1/tcp/0'];

function networkOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const keyOf = (n: number): AgentKey => keyFromSeed(new Uint8Array(32).fill(n));
const text = (update: Uint8Array): string => new TextDecoder().decode(update);
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

/** A transport that writes down what happens to it. */
interface Peer {
  readonly member: string;
  readonly transport: Transport;
  readonly messages: { readonly from: string; readonly message: Message }[];
  readonly gossip: string[];
  readonly events: string[];
  readonly log: string[];
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function peer(
  n: number,
  options: Partial<TransportOptions> = {},
  verdict: (update: string) => Verdict = () => 'accept',
): Promise<Peer> {
  const messages: Peer['messages'] = [];
  const gossip: string[] = [];
  const events: string[] = [];
  const log: string[] = [];
  const transport = await createTransport({
    key: keyOf(n),
    psk,
    network,
    genesis,
    listen: anywhere,
    handlers: {
      onConnected: (member) => events.push(`+${member}`),
      onDisconnected: (member) => events.push(`-${member}`),
      onMessage: (from, message) => messages.push({ from, message }),
      checkGossip: (_from, update) => verdict(text(update)),
      onGossip: (_from, update) => gossip.push(text(update)),
    },
    log: (level, line) => log.push(`${level} ${line}`),
    ...options,
  });
  closing.push(() => transport.stop());
  return { member: keyOf(n).member, transport, messages, gossip, events, log };
}

async function started(...given: Parameters<typeof peer>): Promise<Peer> {
  const made = await peer(...given);
  must(await made.transport.start());
  return made;
}

/** Resolves when the condition holds; the test's own time-out is the only clock. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function connect(a: Peer, b: Peer): Promise<void> {
  must(await b.transport.dial(a.transport.addresses()));
  await until(() => a.transport.connected().includes(b.member));
}

const resend = (after: number): Message => ({ type: 'resend', after });

describe('two members', () => {
  it('talk both ways, in order, over one connection', async () => {
    const a = await started(1);
    const b = await started(2, { bootstrap: a.transport.addresses() });
    await until(() => a.transport.connected().length + b.transport.connected().length === 2);
    for (let i = 0; i < 200; i += 1) b.transport.send(a.member, resend(i));
    const large: Message = { type: 'syncUpdate', update: new Uint8Array(1_000_000), more: false };
    a.transport.send(b.member, large);
    await until(() => a.messages.length === 200 && b.messages.length === 1);
    expect(a.messages).toEqual(
      Array.from({ length: 200 }, (_, i) => ({ from: b.member, message: resend(i) })),
    );
    expect(b.messages).toEqual([{ from: a.member, message: large }]);
    expect(a.events).toEqual([`+${b.member}`]);
  });

  it('tell of a peer before its first message, and of its end after the last', async () => {
    const order: string[] = [];
    const a = await started(1, {
      handlers: {
        onConnected: () => order.push('connected'),
        onDisconnected: () => order.push('disconnected'),
        onMessage: () => order.push('message'),
        checkGossip: () => 'ignore',
        onGossip: () => {},
      },
    });
    const b = await started(2);
    must(await b.transport.dial(a.transport.addresses()));
    b.transport.send(a.member, resend(1));
    await until(() => order.includes('message'));
    await b.transport.stop();
    await until(() => order.includes('disconnected'));
    expect(order).toEqual(['connected', 'message', 'disconnected']);
    expect(a.transport.connected()).toEqual([]);
  });

  it('hear the last words of one that stops', async () => {
    const a = await started(1);
    const b = await started(2);
    await connect(a, b);
    const large: Message = { type: 'syncUpdate', update: new Uint8Array(300_000), more: false };
    b.transport.send(a.member, large);
    b.transport.send(a.member, resend(7));
    await b.transport.stop();
    await until(() => a.events.includes(`-${b.member}`));
    expect(a.messages.map(({ message }) => message)).toEqual([large, resend(7)]);
  });

  it('find each other again after one restarted on the same port', async () => {
    const a = await started(1);
    const listen = a.transport.addresses().map((address) => address.replace(/\/p2p.*/, ''));
    const b = await started(2, { bootstrap: listen });
    await until(() => b.transport.connected().length === 1);
    await a.transport.stop();
    await until(() => b.transport.connected().length === 0);
    const again = await started(1, { listen });
    await until(() => again.transport.connected().length === 1);
    again.transport.send(b.member, resend(7));
    await until(() => b.messages.length === 1);
    expect(b.events).toEqual([`+${a.member}`, `-${a.member}`, `+${a.member}`]);
  });

  it('dial members that they are told of, and drop what is for nobody connected', async () => {
    const a = await started(1);
    const b = await started(2);
    b.transport.send(a.member, resend(1));
    expect(b.transport.stats()).toMatchObject({ sent: 0, dropped: 1 });
    const dial = ['/ip4/127.0.0.1/udp/1', '/unix/tmp/socket', ...a.transport.addresses()];
    b.transport.setPeers([{ member: a.member, dial }]);
    await until(() => b.transport.connected().includes(a.member));
    expect(b.transport.dials()).toMatchObject([{ member: a.member, connected: true, failures: 0 }]);
  });

  it('bound what waits for a peer that does not read', async () => {
    const a = await started(1);
    const b = await started(2, { limits: { maxQueuedBytes: 1_000_000 } });
    await connect(a, b);
    const large: Message = { type: 'syncUpdate', update: new Uint8Array(600_000), more: true };
    for (let i = 0; i < 20; i += 1) b.transport.send(a.member, large);
    expect(b.transport.stats().dropped).toBeGreaterThan(0);
    expect(b.transport.stats().sent + b.transport.stats().dropped).toBe(20);
    await until(() => a.messages.length === b.transport.stats().sent);
    b.transport.send(a.member, resend(1));
    await until(() => a.messages.at(-1)?.message.type === 'resend');
  });
});

describe('gossip', () => {
  it('reaches those who are not neighbours, once', async () => {
    const a = await started(1);
    const b = await started(2);
    const c = await started(3);
    await connect(a, b);
    await connect(a, c);
    let i = 0;
    while (c.gossip.length === 0 || b.gossip.length === 0) {
      const from = i % 2 === 0 ? b : c;
      from.transport.gossip(bytes(`warm ${i++}`));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    b.transport.gossip(bytes('news'));
    b.transport.gossip(bytes('news'));
    b.transport.gossip(bytes('later'));
    await until(() => c.gossip.includes('later') && a.gossip.includes('later'));
    expect(c.gossip.filter((words) => words === 'news')).toEqual(['news']);
    expect(b.gossip).not.toContain('news');
  });

  it('is not passed on when the validator refuses it', async () => {
    const check = (words: string): Verdict => (words.startsWith('bad') ? 'reject' : 'accept');
    const a = await started(1, {}, check);
    const b = await started(2);
    const c = await started(3);
    await connect(a, b);
    await connect(a, c);
    let i = 0;
    while (c.gossip.length === 0) {
      b.transport.gossip(bytes(`bad ${i}`));
      b.transport.gossip(bytes(`good ${i++}`));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(a.transport.stats().rejected).toBeGreaterThan(0);
    expect([...a.gossip, ...c.gossip].filter((words) => words.startsWith('bad'))).toEqual([]);
  });

  it('leaves what is too large to anti-entropy, and needs no listener', async () => {
    const a = await started(1);
    a.transport.gossip(new Uint8Array(maxGossipBytes + 1));
    a.transport.gossip(bytes('alone'));
    await until(() => a.log.some((line) => line.includes('to 0 peers')));
    expect(a.log.filter((line) => line.startsWith('warn'))).toEqual([]);
  });
});

describe('what cannot be', () => {
  const dialled = async (from: Peer, addresses: readonly string[]) => {
    const result = await from.transport.dial(addresses);
    return result.ok ? { code: 'ok', message: '' } : result.error;
  };

  it('a wrong key is called that, on both sides and every time', async () => {
    const a = await started(1);
    for (let n = 2; n < 8; n += 1) {
      const b = await started(n, { psk: wrongPsk });
      const refusal = await dialled(b, a.transport.addresses());
      expect(refusal.code).toBe('wrong-key');
      expect(refusal.message).toMatch(/^wrong key/);
      await b.transport.stop();
    }
    expect(a.log.some((line) => line.startsWith('warn wrong key: /ip4/127.0.0.1'))).toBe(true);
    expect(a.events).toEqual([]);
  });

  it('another network under the same key is named', async () => {
    const other = bytes('another genesis');
    const a = await started(1);
    const b = await started(2, { genesis: other, network: networkOf(other) });
    const refusal = await dialled(b, a.transport.addresses());
    expect(refusal.code).toBe('other-network');
    expect(refusal.message).toContain(network.slice(0, 23));
    expect([...a.events, ...b.events]).toEqual([]);
  });

  it('each failed dial says what it means', async () => {
    const a = await started(1);
    const [address = ''] = a.transport.addresses();
    const place = address.replace(/\/p2p.*/, '');
    const b = await started(2, { admits: (member) => member !== a.member });
    expect((await dialled(b, [`${place}/p2p/${keyOf(9).member}`])).code).toBe('wrong-identity');
    expect((await dialled(b, [place])).code).toBe('not-admitted');
    expect((await dialled(a, [place])).code).toBe('self');
    expect((await dialled(b, ['/ip4/127.0.0.1/tcp/1'])).code).toBe('refused');
    expect((await dialled(b, ['127.0.0.1:4710'])).code).toBe('bad-address');
    expect((await dialled(b, [])).code).toBe('bad-address');
  });

  it('a port that speaks something else is not taken for a member', async () => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {}).resume();
      socket.end('220 mail ready\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const b = await started(2);
    expect((await dialled(b, [`/ip4/127.0.0.1/tcp/${port}`])).code).toBe('not-hedgerow');
  });

  it('a stranger does not get in where membership is closed', async () => {
    const a = await started(1, { admits: (member) => member === keyOf(2).member });
    const stranger = await started(3);
    expect((await stranger.transport.dial(a.transport.addresses())).ok).toBe(false);
    const friend = await started(2);
    must(await friend.transport.dial(a.transport.addresses()));
    await until(() => a.events.length > 0);
    expect(a.events).toEqual([`+${friend.member}`]);
  });

  it('a port in use and a foreign address refuse to start, by name', async () => {
    const a = await started(1);
    const listen = a.transport.addresses().map((address) => address.replace(/\/p2p.*/, ''));
    const refused = await (await peer(2, { listen })).transport.start();
    expect(refused).toMatchObject({ ok: false, error: { code: 'address-in-use' } });
    expect(refused).toMatchObject({
      error: { message: expect.stringContaining(String(listen[0])) },
    });
    const foreign = await (await peer(3, { listen: ['/ip4/192.0.2.1/tcp/0'] })).transport.start();
    expect(foreign).toMatchObject({ error: { code: 'address-unknown' } });
    const nonsense = await (await peer(4, { listen: ['here'] })).transport.start();
    expect(nonsense).toMatchObject({ error: { code: 'bad-address' } });
  });

  it('a peer that breaks the protocol is cut off, and harms nobody', async () => {
    const a = await started(1);
    const node = await createNode(
      {
        key: keyOf(5),
        psk,
        listen: [],
        advertise: [],
        limits: defaultLimits,
        admits: () => true,
        onWrongKey: () => {},
      },
      gossipService(network),
    );
    closing.push(async () => node.stop());
    await node.handle(directProtocol(network), () => {});
    await node.start();
    const connection = await node.dial(a.transport.addresses().map((each) => multiaddr(each)));
    const frames = [
      Uint8Array.of(3, 0xff, 0xff, 0xff),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f),
      Uint8Array.of(encodeMessage(resend(1)).length + 1, ...encodeMessage(resend(1)), 0),
    ];
    for (const frame of frames) {
      const stream = await connection.newStream(directProtocol(network));
      const ended = new Promise((resolve) => stream.addEventListener('close', resolve));
      stream.send(frame);
      await ended;
    }
    expect(a.messages).toEqual([]);
    expect(a.log.filter((line) => line.includes('broke the protocol')).length).toBe(3);
    const b = await started(2);
    await connect(a, b);
    b.transport.send(a.member, resend(2));
    await until(() => a.messages.length === 1);
  });
});

describe('a newcomer', () => {
  it('gets the genesis from the first sponsor that answers, and is not taken for a peer', async () => {
    const a = await started(1);
    const addresses = ['/ip4/127.0.0.1/tcp/1', ...a.transport.addresses()];
    const fetched = must(await fetchGenesis(addresses, psk, network));
    expect(Buffer.from(fetched.genesis)).toEqual(Buffer.from(genesis));
    expect(fetched.sponsor).toBe(a.member);
    expect(a.events).toEqual([]);
  });

  it('with the token of another network or a wrong key is told so', async () => {
    const a = await started(1);
    const addresses = a.transport.addresses();
    const other = await fetchGenesis(addresses, psk, networkOf(bytes('else')));
    expect(other).toMatchObject({ ok: false, error: { code: 'other-network' } });
    const wrong = await fetchGenesis(addresses, wrongPsk, network);
    expect(wrong).toMatchObject({ ok: false, error: { code: 'wrong-key' } });
    expect(await fetchGenesis([], psk, network)).toMatchObject({ error: { code: 'bad-address' } });
  });

  it('is not deceived by a sponsor with a false genesis', async () => {
    const liar = await started(1, { genesis: bytes('forged') });
    const fetched = await fetchGenesis(liar.transport.addresses(), psk, network);
    expect(fetched).toMatchObject({ ok: false, error: { code: 'not-hedgerow' } });
  });
});
