/**
 * Connections and messages on their way. Messages between two nodes keep their order unless a fault
 * says otherwise; a message that is on its way when its connection breaks may still arrive.
 */
import type { Input, Message } from '../cluster/contract/index.ts';
import type { SignedRecord } from '../ownership/types.ts';
import type { Update } from '../replica/types.ts';
import type { Cluster } from './cluster.ts';
import { codeOf } from './history.ts';
import type { Fates, NetFault } from './network.ts';
import type { SimNode } from './node.ts';
import { mixed } from './random.ts';

/** Most nodes of one cluster, those that join later and copies included. */
export const maxNodes = 512;

/** What travels. */
type Parcel = { readonly message: Message } | { readonly update: Update };

/**
 * All connections of a cluster. Messages between two nodes keep their order unless a fault says otherwise;
 * one that is on its way when its connection breaks may still arrive.
 */
export class Links {
  /** @internal */
  fates: Fates;
  /** Where network faults that strike are recorded, if they are. @internal */
  struck: NetFault[] | undefined;
  /** Messages sent so far. */
  sent = 0;
  /** Told of the next grant that somebody sends, once: a liar may pass it on as its own. */
  overhears: ((to: SimNode, record: SignedRecord) => void) | undefined;
  private readonly cluster: Cluster;
  private readonly linked = new Uint8Array(maxNodes * maxNodes);
  private readonly cuts = new Uint8Array(maxNodes * maxNodes);
  private readonly counts = new Uint32Array(maxNodes * maxNodes);
  private readonly lastMs = new Float64Array(maxNodes * maxNodes);
  /** The last messages, for floods: sender, receiver, input. */
  private readonly recent: { to: SimNode; input: Input }[] = [];

  /** @internal */
  constructor(cluster: Cluster, fates: Fates) {
    this.cluster = cluster;
    this.fates = fates;
  }

  /** True while the two are connected. */
  areLinked(one: SimNode, other: SimNode): boolean {
    return this.linked[one.index * maxNodes + other.index] === 1;
  }

  /** True when nothing keeps messages of `from` away from `to`. */
  isOpen(from: SimNode, to: SimNode): boolean {
    return this.cuts[from.index * maxNodes + to.index] === 0;
  }

  /** Tries to connect two nodes; nothing happens while one is down or cannot hear the other. */
  connect(one: SimNode, other: SimNode): void {
    if (one === other || this.areLinked(one, other) || !one.isUp || !other.isUp) return;
    if (!this.isOpen(one, other) || !this.isOpen(other, one)) return;
    if (one.member === other.member) return;
    this.link(one, other, 1);
    one.take({ type: 'connected', peer: other.member });
    other.take({ type: 'connected', peer: one.member });
  }

  /** Breaks a connection; both sides notice. */
  disconnect(one: SimNode, other: SimNode): void {
    if (!this.areLinked(one, other)) return;
    this.link(one, other, 0);
    one.take({ type: 'disconnected', peer: other.member });
    other.take({ type: 'disconnected', peer: one.member });
  }

  /** A process ended: its peers notice within seconds. @internal */
  ended(node: SimNode): void {
    for (const other of this.cluster.nodes) {
      if (!this.areLinked(node, other)) continue;
      this.link(node, other, 0);
      const noticeMs = 1 + this.draw(node, other, 7) * 3_000;
      this.cluster.after(noticeMs, () => {
        if (!this.areLinked(node, other)) other.take({ type: 'disconnected', peer: node.member });
      });
    }
  }

  /** A process started: it dials everybody, and is dialled. @internal */
  started(node: SimNode): void {
    for (const other of this.cluster.nodes) {
      if (other === node) continue;
      const dialMs = 1 + this.draw(node, other, 11) * 500;
      this.cluster.after(dialMs, () => this.connect(node, other));
    }
  }

  /** Nothing from `from` reaches `to` until `mend`. */
  cut(from: SimNode, to: SimNode): void {
    const at = from.index * maxNodes + to.index;
    this.cuts[at] = (this.cuts[at] as number) + 1;
  }

  /** Takes one `cut` back; the two connect again. */
  mend(from: SimNode, to: SimNode): void {
    const at = from.index * maxNodes + to.index;
    this.cuts[at] = Math.max(0, (this.cuts[at] as number) - 1);
    this.cluster.after(1 + this.draw(from, to, 13) * 3_000, () => this.connect(from, to));
  }

  /** Takes all cuts back. */
  mendAll(): void {
    this.cuts.fill(0);
    const { nodes } = this.cluster;
    for (const one of nodes) {
      for (const other of nodes) {
        if (one.index < other.index) this.cluster.after(1, () => this.connect(one, other));
      }
    }
  }

  /** Sends a direct message. It is lost when the two are not connected. */
  send(from: SimNode, member: string, message: Message): void {
    for (const to of this.cluster.nodesOf(member)) {
      if (!this.areLinked(from, to)) continue;
      if (message.type === 'grant' && this.overhears !== undefined) {
        const { overhears } = this;
        this.overhears = undefined;
        overhears(to, message.record);
      }
      this.carry(from, to, { message });
    }
  }

  /** Sends an update to everybody who is connected. */
  gossip(from: SimNode, update: Update): void {
    for (const to of this.cluster.nodes) {
      if (this.areLinked(from, to)) this.carry(from, to, { update });
    }
  }

  /** Delivers a recent message, chosen by any whole number from 0, so many times. Its type, for the trace. */
  flood(pick: number, copies: number): string {
    const parcel = this.recent[pick % Math.max(1, this.recent.length)];
    if (parcel === undefined) return 'nothing';
    for (let copy = 0; copy < copies; copy += 1) {
      this.cluster.after(1 + copy / 10, () => parcel.to.take(parcel.input));
    }
    return parcel.input.type;
  }

  private carry(from: SimNode, to: SimNode, parcel: Parcel): void {
    const { cluster } = this;
    const at = from.index * maxNodes + to.index;
    const n = this.counts[at] as number;
    this.counts[at] = n + 1;
    this.sent += 1;
    if ((this.cuts[at] as number) > 0) return;
    const fault = this.fates.of(from.index, to.index, n);
    if (fault !== undefined) {
      this.struck?.push(fault);
      cluster.injected(fault.kind);
      if (fault.kind === 'lose') return;
    }
    const input: Input =
      'message' in parcel
        ? { type: 'message', from: from.member, message: parcel.message }
        : { type: 'gossip', from: from.member, update: parcel.update };
    this.remember(to, input, n);
    const travelMs = 0.5 + (mixed(cluster.seed, at, n, 5) & 1023) / 512;
    let arrivesMs = cluster.nowMs + travelMs;
    if (fault === undefined || isCopied(fault)) {
      arrivesMs = Math.max(arrivesMs, this.lastMs[at] as number);
      this.lastMs[at] = arrivesMs;
    } else arrivesMs += fault.byMs;
    cluster.at(arrivesMs, () => this.deliver(from, to, input));
    if (fault !== undefined && isCopied(fault)) {
      cluster.at(arrivesMs + fault.byMs, () => this.deliver(from, to, input));
    }
  }

  private deliver(from: SimNode, to: SimNode, input: Input): void {
    const { cluster } = this;
    if (cluster.history.isTraced) {
      const text = textOf(input);
      cluster.history.say(cluster.nowMs, () => `${to.name} gets ${text} of ${from.name}`);
    }
    to.take(input);
  }

  private remember(to: SimNode, input: Input, n: number): void {
    if (this.recent.length < 64) this.recent.push({ to, input });
    else if ((n & 15) === 0) this.recent[(n >> 4) & 63] = { to, input };
  }

  private link(one: SimNode, other: SimNode, value: 0 | 1): void {
    this.linked[one.index * maxNodes + other.index] = value;
    this.linked[other.index * maxNodes + one.index] = value;
  }

  private draw(one: SimNode, other: SimNode, purpose: number): number {
    const { cluster } = this;
    const bits = mixed(cluster.seed, one.index, other.index, purpose + codeOf(String(one.life)));
    return bits / 0x1_0000_0000;
  }
}

function isCopied({ kind }: NetFault): boolean {
  return kind === 'duplicate' || kind === 'staleReplay';
}

/** A message in a few words. */
export function textOf(input: Input): string {
  if (input.type === 'gossip') return 'gossip';
  if (input.type !== 'message') return input.type;
  const { message } = input;
  switch (message.type) {
    case 'request':
      return `request(/${message.length}, in=${message.inCounter})`;
    case 'grant':
      return `grant(${message.record.body.prefix} @${message.record.body.version}, k=${message.counter})`;
    case 'refusal':
      return `refusal(${message.reason})`;
    case 'ack':
      return `ack(${message.counter})`;
    case 'resend':
      return `resend(${message.after})`;
    default:
      return message.type;
  }
}
