/**
 * A cluster of simulated nodes in virtual time. Whatever happens is a function of the seed and of what is
 * done to the cluster: no clock, no chance and no I/O besides.
 */

import type { Alarm, Input } from '../cluster/types.ts';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import type { Signer, Verify } from '../crypto/types.ts';
import { firstEstate } from '../estate/index.ts';
import type { Estate } from '../estate/types.ts';
import { genesisHoldings } from '../membership/genesis.ts';
import type { Genesis, Pool } from '../membership/types.ts';
import { Coverage } from './coverage.ts';
import { Disk } from './disk.ts';
import { estateText, genesisOf, memberName } from './genesis.ts';
import { codeOf, History } from './history.ts';
import { byHook, type Hook } from './hooks.ts';
import { Links } from './links.ts';
import { ModelRunDir } from './modelRunDir.ts';
import { listedFates } from './network.ts';
import { SimNode } from './node.ts';
import { EventQueue } from './queue.ts';
import { Random } from './random.ts';
import { Replicas } from './replicas.ts';
import { Space } from './space.ts';
import type { Checker, ClusterOptions, Violation } from './types.ts';
import type { Armed } from './writing.ts';

/** What a cluster has unless it is told otherwise: one pool of 64 blocks. */
export const defaultPools: readonly Pool[] = [
  { name: 'default', prefix: '10.32.0.0/20', blockLength: 26, subnet: 'pool' },
];

/** See the module. Made by `createCluster`. */
export class Cluster {
  readonly seed: number;
  readonly genesis: Genesis;
  readonly replicas: Replicas;
  readonly space: Space;
  readonly poolNames: readonly string[];
  readonly verify: Verify = fakeVerify;
  readonly history: History;
  readonly links: Links;
  readonly nodes: SimNode[] = [];
  readonly coverage: Coverage = new Coverage();
  /** Blocks that a lying member gave away twice: promises about them are off, their dispute must show. */
  readonly tainted: Set<number> = new Set();
  /** Members that broke the rules, or whose disk did: their own grants may be stuck. */
  readonly liars: Set<string> = new Set();
  /** Names of everything that was done so far, or at least tried. */
  readonly tried: Set<string> = new Set();
  /** Ids of records that give the same addresses to two members. */
  readonly equivocations: string[] = [];
  /** Violations of these are told in the history and end nothing. */
  readonly tolerated: ReadonlySet<string>;
  nowMs = 0;
  steps = 0;
  violation: Violation | undefined;
  /** Where the time of quiet at the end began: nothing is done to the cluster from then on. */
  quiet: { readonly sent: number; readonly steps: number; readonly sinceMs: number } | undefined;
  private readonly queue = new EventQueue<() => void>();
  private readonly asked: Readonly<Record<Hook, readonly Checker[]>>;
  private readonly options: ClusterOptions;
  private readonly byMember = new Map<string, SimNode[]>();
  private readonly random: Random;

  constructor(seed: number, size: number, options: ClusterOptions) {
    this.seed = seed;
    this.options = options;
    this.tolerated = new Set(options.tolerated ?? []);
    this.random = new Random(seed, 1);
    const pools = options.pools ?? defaultPools;
    this.poolNames = pools.map((pool) => pool.name);
    this.space = new Space(pools);
    this.genesis = genesisOf(seed, pools, Math.min(size, options.founders ?? 1));
    this.history = new History(options.isTraced ?? false);
    this.links = new Links(this, listedFates([]));
    this.asked = byHook(options.checkers?.() ?? []);
    this.replicas = new Replicas(this.genesis, options.replica);
    for (let index = 0; index < size; index += 1) this.addNode().start();
  }

  /** A new member with an empty estate, or its founder's. It is not started. */
  addNode(): SimNode {
    const index = this.nodes.length;
    const signer = fakeSigner(memberName(index));
    const holdings = genesisHoldings(this.genesis, signer.member);
    const estate = firstEstate(signer.member, holdings);
    const ballot = { counter: 0, proposer: signer.member, bootNonce: '' };
    const disk = new Disk({ ballot, estate }, `store-${index}`);
    return this.place(signer, disk);
  }

  /** Puts a node on this disk into the cluster; `registered` facts start from its estate. */
  place(signer: Signer, disk: Disk): SimNode {
    const { options } = this;
    const wallMs = (): number => this.nowMs;
    const run =
      options.runDir?.(this.space, wallMs, () => this.random.next()) ?? new ModelRunDir(this.space);
    const node = new SimNode(this, this.nodes.length, {
      signer,
      disk,
      run,
      tuning: options.tuning ?? {},
    });
    this.nodes.push(node);
    this.byMember.set(signer.member, [...this.nodesOf(signer.member), node]);
    this.registered(node, undefined, disk.register.estate);
    return node;
  }

  /** Nodes that say they are this member: more than one only where one was cloned. */
  nodesOf(member: string): readonly SimNode[] {
    return this.byMember.get(member) ?? [];
  }

  at(atMs: number, happens: () => void): void {
    this.queue.push(atMs, happens);
  }

  after(delayMs: number, happens: () => void): void {
    this.queue.push(this.nowMs + delayMs, happens);
  }

  /** Lets time pass. Stops early at a violation, or after so many steps. Returns false when it stopped. */
  runUntil(untilMs: number, maxSteps: number = Number.POSITIVE_INFINITY): boolean {
    const { queue } = this;
    while (this.violation === undefined && this.steps < maxSteps && queue.nextMs <= untilMs) {
      this.nowMs = Math.max(this.nowMs, queue.nextMs);
      (queue.pop() as () => void)();
    }
    if (this.violation !== undefined || this.steps >= maxSteps) return false;
    this.nowMs = Math.max(this.nowMs, untilMs);
    return true;
  }

  /** Stops all faults and starts what is down. */
  heal(): void {
    this.links.fates = listedFates([]);
    this.links.mendAll();
    for (const node of this.nodes) {
      node.disk.isFull = false;
      node.writeErrors = 0;
      node.slowMs = 0;
      node.pausedUntilMs = Math.min(node.pausedUntilMs, this.nowMs);
      node.armed = undefined;
      node.clock.change(this.nowMs, 1, 0);
      node.clockChanged();
      node.start();
    }
    this.history.say(this.nowMs, () => 'all faults end');
  }

  /** Kills an agent at an armed point and starts it again later. */
  killed(node: SimNode, armed: Armed): void {
    node.crash(armed.point, armed.losesKept);
    this.after(armed.downMs, () => node.start());
  }

  injected(fault: string): void {
    this.tried.add(fault);
    this.coverage.struck(fault, this.nowMs);
  }

  crashed(point: string, cause: string): void {
    this.coverage.crashed(point, cause, this.nowMs);
  }

  /** True when a liar gave some address of this prefix away twice. */
  isTainted(pool: string, prefix: string): boolean {
    if (this.tainted.size === 0) return false;
    const { from, to } = this.space.range(pool, prefix);
    for (let block = from; block < to; block += 1) if (this.tainted.has(block)) return true;
    return false;
  }

  violated(invariant: string, message: string): void {
    if (!this.tolerated.has(invariant)) this.violation ??= { invariant, message, atMs: this.nowMs };
    this.history.say(this.nowMs, () => `VIOLATION of ${invariant}: ${message}`);
  }

  claimed(node: SimNode, address: number): void {
    this.history.add(this.nowMs, address, node.index);
    if (this.history.isTraced) {
      const text = this.space.textOf(address);
      this.history.say(this.nowMs, () => `${node.name} puts ${text} on a container`);
    }
    for (const each of this.asked.claimed) this.verdict(each, each.claimed?.(node, address));
  }

  freed(node: SimNode, address: number): void {
    if (this.history.isTraced) {
      const text = this.space.textOf(address);
      this.history.say(this.nowMs, () => `${node.name} frees ${text}`);
    }
    for (const each of this.asked.freed) each.freed?.(node, address);
  }

  answered(node: SimNode, container: string, addresses: readonly number[]): void {
    for (const each of this.asked.answered) {
      this.verdict(each, each.answered?.(node, container, addresses));
    }
  }

  registered(node: SimNode, before: Estate | undefined, after: Estate): void {
    this.history.say(this.nowMs, () => `${node.name} stores ${estateText(after)}`);
    for (const each of this.asked.register) {
      this.verdict(each, each.register?.(node, before, after));
    }
  }

  stored(node: SimNode): void {
    for (const each of this.asked.stored) this.verdict(each, each.stored?.(node));
  }

  stepped(node: SimNode, input: Input): void {
    for (const each of this.asked.stepped) this.verdict(each, each.stepped?.(node, input));
  }

  alarmed(node: SimNode, alarm: Alarm): void {
    node.alarms.push(alarm);
    this.history.add(this.nowMs, codeOf(alarm.code), node.index);
    this.history.say(this.nowMs, () => `${node.name} raises ${alarm.code}: ${alarm.message}`);
    for (const each of this.asked.alarm) this.verdict(each, each.alarm?.(node, alarm));
  }

  settled(): void {
    for (const each of this.asked.settled) this.verdict(each, each.settled?.(this));
  }

  private verdict(checker: Checker, problem: string | undefined): void {
    if (problem !== undefined) this.violated(checker.invariant, problem);
  }
}
