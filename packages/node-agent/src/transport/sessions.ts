// Conversations with peers. A session begins when our own stream to a connected peer stands, and ends with
// that stream; between the two, `onConnected` and `onDisconnected` frame every message of the peer.

import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';
import type { Message } from '@hedgerow/core/cluster';
import type { MemberId, NetworkId } from '@hedgerow/core/membership';
import type { Connection, PeerId, Stream } from '@libp2p/interface';
import type { Libp2p } from 'libp2p';
import { explainDial } from './failures.ts';
import { askGenesis } from './genesisExchange.ts';
import { readMessages } from './inbox.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { directProtocol, joinProtocol } from './protocols.ts';
import type { DialFault, Log } from './types.ts';

const openTimeoutMs = 5000;
/** Pause before a lost stream is opened again on a connection that stands; grows with each failure. */
const reopenPauseMs = 500;
const maxReopens = 4;
/** How long messages that wait may hold up a stop. */
const lastWordsMs = 500;
/** Streams a peer may have open each way: one, and one that replaces it. */
const maxStreams = 2;

/** What sessions tell. */
export interface SessionHandlers {
  readonly opened: (peer: MemberId) => void;
  readonly closed: (peer: MemberId) => void;
  readonly received: (from: MemberId, message: Message) => void;
}

/** What became of a frame: on its way, no session to put it on, or a peer that reads too slowly. */
export type Pushed = 'queued' | 'absent' | 'slow';

type Established = Result<Stream, Refusal<DialFault>>;

interface Session {
  readonly established: Promise<Established>;
  outbox: Outbox | undefined;
}

/** See the head of this file. */
export class Sessions {
  readonly #node: Libp2p;
  readonly #network: NetworkId;
  readonly #maxQueuedBytes: number;
  readonly #log: Log;
  readonly #handlers: SessionHandlers;
  readonly #sessions = new Map<MemberId, Session>();
  #stopped = false;

  constructor(
    node: Libp2p,
    network: NetworkId,
    maxQueuedBytes: number,
    log: Log,
    handlers: SessionHandlers,
  ) {
    this.#node = node;
    this.#network = network;
    this.#maxQueuedBytes = maxQueuedBytes;
    this.#log = log;
    this.#handlers = handlers;
  }

  async start(): Promise<void> {
    await this.#node.handle(
      directProtocol(this.#network),
      (stream, connection) => this.#accept(stream, connection),
      { maxInboundStreams: maxStreams, maxOutboundStreams: maxStreams },
    );
    this.#node.addEventListener('peer:connect', ({ detail }) => void this.#open(detail, 0));
  }

  /** Opens nothing any more and lets last words leave; the node closes what is open. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const signal = AbortSignal.timeout(lastWordsMs);
    await Promise.all([...this.#sessions.values()].map(({ outbox }) => outbox?.close(signal)));
  }

  push(to: MemberId, frame: Uint8Array): Pushed {
    const outbox = this.#sessions.get(to)?.outbox;
    if (outbox === undefined) return 'absent';
    return outbox.push(frame) ? 'queued' : 'slow';
  }

  isOpen(peer: MemberId): boolean {
    return this.#sessions.get(peer)?.outbox !== undefined;
  }

  open(): readonly MemberId[] {
    return [...this.#sessions.keys()].filter((peer) => this.isOpen(peer));
  }

  /** How the session with a connected peer came about, or why not. */
  established(peer: PeerId): Promise<Result<unknown, Refusal<DialFault>>> {
    return this.#open(peer, 0).established;
  }

  #open(peer: PeerId, attempt: number): Session {
    const member = peer.toString();
    const known = this.#sessions.get(member);
    if (known !== undefined) return known;
    const session: Session = { outbox: undefined, established: this.#openStream(peer) };
    this.#sessions.set(member, session);
    void session.established.then((opened) => {
      if (opened.ok && opened.value.status === 'open') {
        this.#begin(peer, session, opened.value);
        return;
      }
      this.#sessions.delete(member);
      if (!opened.ok) this.#log('debug', `no session with ${member}: ${opened.error.message}`);
      this.#reopen(peer, attempt + 1);
    });
    return session;
  }

  #begin(peer: PeerId, session: Session, stream: Stream): void {
    const member = peer.toString();
    session.outbox = createOutbox(stream, this.#maxQueuedBytes);
    stream.addEventListener('close', () => {
      session.outbox = undefined;
      this.#sessions.delete(member);
      this.#handlers.closed(member);
      this.#reopen(peer, 1);
    });
    this.#handlers.opened(member);
  }

  /** On a connection that stands, tries again; a connection that is lost is the redialer's affair. */
  #reopen(peer: PeerId, attempt: number): void {
    if (attempt > maxReopens) return;
    setTimeout(() => {
      if (this.#stopped || this.#node.getConnections(peer).length === 0) return;
      this.#open(peer, attempt);
    }, reopenPauseMs * attempt).unref();
  }

  async #openStream(peer: PeerId): Promise<Established> {
    const connection = this.#node.getConnections(peer)[0];
    if (connection === undefined) return refuse('failed', 'the connection is gone');
    try {
      const signal = AbortSignal.timeout(openTimeoutMs);
      const protocol = directProtocol(this.#network);
      return ok(await connection.newStream(protocol, { signal, maxOutboundStreams: maxStreams }));
    } catch (error) {
      const isOther = (error as Error).name === 'UnsupportedProtocolError';
      if (isOther) return this.#askNetwork(connection);
      return { ok: false, error: explainDial(error, connection.remoteAddr.toString()) };
    }
  }

  /** A peer that does not speak our protocol is in another network, or a newcomer with nothing to say. */
  async #askNetwork(connection: Connection): Promise<Result<never, Refusal<DialFault>>> {
    const where = connection.remoteAddr.toString();
    try {
      const asked = await askGenesis(await connection.newStream(joinProtocol), this.#network);
      if (!asked.ok && asked.error.code === 'other-network') {
        await connection.close();
        return refuse('other-network', `${where}: ${asked.error.message}`);
      }
    } catch (error) {
      this.#log('debug', `${where} is no peer: ${(error as Error).message}`);
    }
    return refuse('not-hedgerow', `${where} has the key, but does not speak as a member does.`);
  }

  #accept(stream: Stream, connection: Connection): void {
    const from = connection.remotePeer.toString();
    const { established } = this.#open(connection.remotePeer, 0);
    const ready = established.then((opened) => opened.ok);
    void readMessages(stream, ready, (message) => {
      if (this.isOpen(from)) this.#handlers.received(from, message);
    }).then((fault) => {
      if (fault !== undefined) this.#log('warn', `${from} broke the protocol: ${fault}`);
    });
  }
}
