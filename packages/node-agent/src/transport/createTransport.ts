// Joins the parts: one libp2p node, sessions with peers, gossip, and the redialer that keeps them alive.

import { ok, type Refusal, type Result } from '@hedgerow/core';
import type { Message } from '@hedgerow/core/cluster';
import { encodeMessage } from '@hedgerow/core/codec';
import type { MemberId } from '@hedgerow/core/membership';
import { peerIdFromString } from '@libp2p/peer-id';
import type { Multiaddr } from '@multiformats/multiaddr';
import type { Libp2p } from 'libp2p';
import { explainDial, explainListen } from './failures.ts';
import { answerGenesis } from './genesisExchange.ts';
import { gossipService, maxGossipBytes, startGossip } from './gossip.ts';
import { addressesOf, parseDialAddress } from './multiaddrs.ts';
import { createNode, defaultLimits, type Services } from './node.ts';
import { joinProtocol } from './protocols.ts';
import { Redialer } from './redial.ts';
import { Sessions } from './sessions.ts';
import type {
  DialFault,
  DialState,
  Limits,
  Log,
  PeerAddresses,
  Transport,
  TransportOptions,
  TransportStats,
} from './types.ts';

/** Makes a transport; it neither listens nor dials before `start`. */
export async function createTransport(options: TransportOptions): Promise<Transport> {
  const log: Log = options.log ?? (() => {});
  const limits = { ...defaultLimits, ...options.limits };
  const node = await createNode(
    {
      key: options.key,
      psk: options.psk,
      listen: options.listen,
      advertise: options.advertise ?? [],
      limits,
      admits: options.admits ?? (() => true),
      onWrongKey: (address) =>
        log('warn', `wrong key: ${address} has another pre-shared key and was turned away`),
    },
    gossipService(options.network),
  );
  return new Libp2pTransport(options, node, limits, log);
}

class Libp2pTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #node: Libp2p<Services>;
  readonly #log: Log;
  readonly #sessions: Sessions;
  readonly #redialer: Redialer;
  readonly #count = { sent: 0, received: 0, dropped: 0, published: 0, gossiped: 0, rejected: 0 };
  #publish: ReturnType<typeof startGossip> | undefined;

  constructor(options: TransportOptions, node: Libp2p<Services>, limits: Limits, log: Log) {
    this.#options = options;
    this.#node = node;
    this.#log = log;
    this.#sessions = new Sessions(node, options.network, limits.maxQueuedBytes, log, {
      opened: (peer) => {
        this.#redialer.connected(peer);
        call(() => options.handlers.onConnected(peer));
      },
      closed: (peer) => {
        this.#redialer.disconnected(peer);
        call(() => options.handlers.onDisconnected(peer));
      },
      received: (from, message) => {
        this.#count.received += 1;
        call(() => options.handlers.onMessage(from, message));
      },
    });
    this.#redialer = new Redialer({
      self: options.key.member,
      random: options.random ?? Math.random,
      isConnected: (member) => this.#sessions.isOpen(member),
      hasRoom: () => this.#sessions.open().length < limits.maxPeers,
      onFault: (where, { code, message }) => log(levelOf(code), message, { where, code }),
      dial: (addresses) => this.#dialPeer(addresses),
    });
  }

  async start(): Promise<Result<void>> {
    const { listen, advertise = [], bootstrap = [], network, genesis } = this.#options;
    for (const address of [...listen, ...advertise]) {
      const parsed = parseDialAddress(address);
      if (!parsed.ok) return parsed;
    }
    await this.#sessions.start();
    await this.#node.handle(joinProtocol, (stream) => {
      void answerGenesis(stream, network, genesis);
    });
    try {
      await this.#node.start();
    } catch (error) {
      await this.#node.stop();
      return explainListen(error, listen);
    }
    this.#listenToGossip();
    for (const address of bootstrap) this.#addBootstrap(address);
    this.#redialer.start();
    return ok(undefined);
  }

  async stop(): Promise<void> {
    this.#redialer.stop();
    await this.#sessions.stop();
    await this.#node.stop();
  }

  send(to: MemberId, message: Message): void {
    const pushed = this.#sessions.push(to, encodeMessage(message));
    if (pushed === 'queued') {
      this.#count.sent += 1;
      return;
    }
    this.#count.dropped += 1;
    if (pushed === 'absent') this.#redialer.hurry(to);
    const why = pushed === 'absent' ? 'it is not connected' : 'it reads too slowly';
    this.#log('debug', `dropped a ${message.type} message to ${to}: ${why}`);
  }

  gossip(update: Uint8Array): void {
    this.#count.published += 1;
    if (this.#publish === undefined || update.length > maxGossipBytes) return;
    this.#publish(update).then(
      (reached) => {
        this.#log('debug', `gossiped ${update.length} bytes to ${reached.size} peers`);
        // A peer that has just connected did not say yet that it listens to gossip.
        const deaf = this.#sessions.open().filter((peer) => !reached.has(peer));
        for (const peer of deaf) this.send(peer, { type: 'syncUpdate', update, more: false });
      },
      (error: Error) => this.#log('warn', `gossip failed: ${error.message}`),
    );
  }

  async dial(addresses: readonly string[]): Promise<Result<MemberId, Refusal<DialFault>>> {
    const targets = addresses.map((address) => this.#addBootstrap(address));
    let last: Result<MemberId, Refusal<DialFault>> = nothingToDial;
    for (const target of targets) {
      last = target.ok ? await this.#redialer.attempt(target.value) : target;
      if (last.ok) return last;
    }
    return last;
  }

  setPeers(peers: readonly PeerAddresses[], gone?: ReadonlySet<MemberId>): void {
    const members = peers.map(({ member, dial }) => [member, addressesOf(member, dial)] as const);
    this.#redialer.setMembers(new Map(members), gone);
  }

  async disconnect(peer: MemberId): Promise<void> {
    await this.#node.hangUp(peerIdFromString(peer));
  }

  connected(): readonly MemberId[] {
    return this.#sessions.open();
  }

  addresses(): readonly string[] {
    return this.#node.getMultiaddrs().map((address) => address.toString());
  }

  dials(): readonly DialState[] {
    return this.#redialer.states();
  }

  stats(): TransportStats {
    return { ...this.#count };
  }

  #listenToGossip(): void {
    const { handlers, network } = this.#options;
    this.#publish = startGossip(this.#node.services.gossip, network, {
      check: (from, update) => {
        const verdict = handlers.checkGossip(from, update);
        if (verdict === 'reject') this.#count.rejected += 1;
        return verdict;
      },
      heard: (from, update) => {
        this.#count.gossiped += 1;
        call(() => handlers.onGossip(from, update));
      },
    });
  }

  async #dialPeer(addresses: readonly Multiaddr[]): Promise<Result<MemberId, Refusal<DialFault>>> {
    try {
      const { remotePeer } = await this.#node.dial([...addresses]);
      const established = await this.#sessions.established(remotePeer);
      return established.ok ? ok(remotePeer.toString()) : established;
    } catch (error) {
      return { ok: false, error: explainDial(error, addresses.join(', ')) };
    }
  }

  #addBootstrap(text: string): Result<Multiaddr, Refusal<DialFault>> {
    const parsed = parseDialAddress(text);
    if (!parsed.ok) {
      this.#log('warn', parsed.error.message);
      return parsed;
    }
    const { address, member } = parsed.value;
    if (member !== this.#options.key.member) this.#redialer.addBootstrap(address, member);
    return ok(address);
  }
}

const nothingToDial: Result<never, Refusal<DialFault>> = {
  ok: false,
  error: { code: 'bad-address', message: 'There is no address to dial.' },
};

/** What passes by itself is worth a line; what an operator must mend is worth a warning. */
function levelOf(fault: DialFault): 'info' | 'warn' {
  return fault === 'refused' || fault === 'no-answer' || fault === 'self' ? 'info' : 'warn';
}

/** Calls a handler. Its exceptions are our bugs: they must end the process and not just a stream. */
function call(handler: () => void): void {
  try {
    handler();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
