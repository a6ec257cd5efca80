/**
 * A cluster of simulated nodes in virtual time. Whatever happens is a function of the seed and of what is
 * done to the cluster: no clock, no chance and no I/O besides.
 */

import type { Alarm, Input } from '../cluster/contract/index.ts';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import type { Signer, Verify } from '../crypto/types.ts';
import type { Estate } from '../estate/types.ts';
import type { Genesis } from '../membership/types.ts';
import { Coverage } from './coverage.ts';
import { Disk } from './disk.ts';
import { defaultPools, estateText, genesisOf, memberName, pastOf, zoneOf } from './genesis.ts';
import { GivenUp } from './givenUp.ts';
import { codeOf, History } from './history.ts';
import { byHook, type Hook } from './hooks.ts';
import { Links } from './links.ts';
import { ModelRunDir } from './modelRunDir.ts';
import { listedFates } from './network.ts';
import { SimNode } from './node.ts';
import { EventQueue } from './queue.ts';
import { Random } from './random.ts';
import { Registers } from './registers.ts';
import { Replicas } from './replicas.ts';
import { Space } from './space.ts';
import type { WentBack } from './survival.ts';
import type { Checker, ClusterOptions, Quiet, Violation } from './types.ts';

/** Deeds change it, checkers look at it; `simulate` makes it and lets time pass. Times: virtual milliseconds. */
export class Cluster {
  /** Everything by chance follows from it. */ readonly seed: number;
  /** The birth of the cluster: pools, founders, and the nonce made from the seed. */
  readonly genesis: Genesis;
  /** @internal */ readonly replicas: Replicas;
  /** Turns addresses and blocks of all pools into small numbers and back. */ readonly space: Space;
  /** Names of all pools, in the order of the options. */ readonly poolNames: readonly string[];
  /** Checks signatures of members; fake ones, as all nodes use. */
  readonly verify: Verify = fakeVerify;
  /** What happened: as a hash, and as lines when the run is traced. */ readonly history: History;
  /** The network: connections, partitions, messages under way. */ readonly links: Links;
  /** All nodes by number: those that joined later and copies of nodes included. */
  readonly nodes: SimNode[] = [];
  /** @internal What members own in truth. */
  readonly registers: Registers = new Registers(this);
  /** What was really hit so far. */ readonly coverage: Coverage = new Coverage();
  /** Blocks that a liar gave away twice: promises about them are off. */
  readonly tainted: Set<number> = new Set();
  /** What documented limits broke, by invariant: no violations. */
  readonly excused: Map<string, number> = new Map();
  /** Members that broke the rules, or whose disk did: their own grants may be stuck. */
  readonly liars: Set<string> = new Set();
  /** Members that an operator gave up though they lived. */
  readonly wronglyForgotten: Set<string> = new Set();
  /** Members whose machines were switched on again after they were taken for gone. */
  readonly returned: Set<string> = new Set();
  /** @internal What a census took from members that are gone. */
  readonly givenUp: GivenUp = new GivenUp(this);
  /** Names of what was done so far, or at least tried. */ readonly tried: Set<string> = new Set();
  /** Ids of records that give the same addresses to two members. */
  readonly equivocations: string[] = [];
  /** @internal Stores that went back in time, by owner and epoch of the register that they keep. */
  readonly wentBack: Map<string, WentBack> = new Map();
  /** What may be broken: `options.tolerated`. */ readonly tolerated: ReadonlySet<string>;
  /** Virtual time, milliseconds since the start of the run. */ nowMs = 0;
  /** Inputs that nodes carried through so far. */ steps = 0;
  /** The first broken promise that is not tolerated; the run ends with it. */
  violation: Violation | undefined;
  /** Where the time of quiet at the end began: nothing is done from then on. */
  quiet: Quiet | undefined;
  /** When all faults ended. */ healedAtMs: number | undefined;
  private readonly queue = new EventQueue<() => void>();
  private readonly asked: Readonly<Record<Hook, readonly Checker[]>>;
  private readonly options: ClusterOptions;
  private readonly byMember = new Map<string, SimNode[]>();
  private readonly random: Random;

  /** Makes `size` nodes, founders first, and starts them. `simulate` does this for a script. */
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
    this.replicas = new Replicas(this.genesis, options);
    for (let index = 0; index < size; index += 1) this.addNode().start();
  }

  /** A new member with an empty estate, or its founder's. It is not started. */
  addNode(): SimNode {
    const index = this.nodes.length;
    const signer = fakeSigner(memberName(index));
    const { estate, updates } = pastOf(signer.member, this.genesis, this.options);
    const ballot = { counter: 0, proposer: signer.member, bootNonce: '' };
    const disk = new Disk({ ballot, estate }, `store-${index}`, updates);
    return this.place(signer, disk);
  }

  /** Puts a node on this disk into the cluster; what it owns counts from now on. */
  place(signer: Signer, disk: Disk): SimNode {
    const { options, space } = this;
    const chance = { wallMs: () => this.nowMs, random: () => this.random.next() };
    const parts = { space, disk, machine: this.nodes.length, ...chance };
    const run = options.runDir?.(parts) ?? new ModelRunDir(parts);
    const node = new SimNode(this, this.nodes.length, {
      signer,
      disk,
      run,
      tuning: options.tuning ?? {},
      zone: zoneOf(this.nodes.length, options),
    });
    this.nodes.push(node);
    this.byMember.set(signer.member, [...this.nodesOf(signer.member), node]);
    this.registers.stored(node, disk.register, true);
    return node;
  }

  /** Nodes that say they are this member: more than one only where one was cloned. */
  nodesOf(member: string): readonly SimNode[] {
    return this.byMember.get(member) ?? [];
  }

  /** Calls back at this virtual time, or at once when it is past. */
  at(atMs: number, happens: () => void): void {
    this.queue.push(atMs, happens);
  }

  /** After so many virtual milliseconds. */ after(delayMs: number, happens: () => void): void {
    this.queue.push(this.nowMs + delayMs, happens);
  }

  /** Lets time pass. Stops at a violation, or after so many steps: then false. */
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

  /** Stops all faults and starts what is down. */ heal(): void {
    this.healedAtMs = this.nowMs;
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

  /** Counts a fault that struck. */
  injected(fault: string): void {
    this.tried.add(fault);
    this.coverage.struck(fault, this.nowMs);
  }

  /** @internal */ crashed(point: string, cause: string): void {
    this.coverage.crashed(point, cause, this.nowMs);
  }

  /** True when a liar gave some address of this prefix away twice. */
  isTainted(pool: string, prefix: string): boolean {
    if (this.tainted.size === 0) return false;
    const { from, to } = this.space.range(pool, prefix);
    for (let block = from; block < to; block += 1) if (this.tainted.has(block)) return true;
    return false;
  }

  /** Records a broken promise, which ends the run unless it is tolerated. For checks that are no `Checker`. */
  violated(invariant: string, message: string): void {
    if (!this.tolerated.has(invariant)) this.violation ??= { invariant, message, atMs: this.nowMs };
    this.history.say(this.nowMs, () => `VIOLATION of ${invariant}: ${message}`);
  }

  /** @internal A documented limit showed: it is counted, and excuses nothing else. */
  excuse(invariant: string, what: string): void {
    this.excused.set(invariant, (this.excused.get(invariant) ?? 0) + 1);
    this.history.say(this.nowMs, () => `documented limit of ${invariant}: ${what}`);
  }

  /** @internal */ claimed(node: SimNode, address: number): void {
    this.history.add(this.nowMs, address, node.index);
    if (this.history.isTraced) {
      const text = this.space.textOf(address);
      this.history.say(this.nowMs, () => `${node.name} puts ${text} on a container`);
    }
    for (const each of this.asked.claimed) this.verdict(each, each.claimed?.(node, address));
  }

  /** @internal */ freed(node: SimNode, address: number): void {
    if (this.history.isTraced) {
      const text = this.space.textOf(address);
      this.history.say(this.nowMs, () => `${node.name} frees ${text}`);
    }
    for (const each of this.asked.freed) each.freed?.(node, address);
  }

  /** @internal */ answered(node: SimNode, container: string, addresses: readonly number[]): void {
    for (const each of this.asked.answered) {
      this.verdict(each, each.answered?.(node, container, addresses));
    }
  }

  /** @internal The estate that counts for a node's member changed. */
  registered(node: SimNode, before: Estate | undefined, after: Estate): void {
    this.history.say(this.nowMs, () => `${node.name} owns ${estateText(after)}`);
    for (const each of this.asked.register) {
      this.verdict(each, each.register?.(node, before, after));
    }
  }

  /** @internal */ stored(node: SimNode): void {
    for (const each of this.asked.stored) this.verdict(each, each.stored?.(node));
  }

  /** @internal */ stepped(node: SimNode, input: Input): void {
    for (const each of this.asked.stepped) this.verdict(each, each.stepped?.(node, input));
  }

  /** @internal */ alarmed(node: SimNode, alarm: Alarm): void {
    node.alarms.push(alarm);
    this.history.add(this.nowMs, codeOf(alarm.code), node.index);
    this.history.say(this.nowMs, () => `${node.name} raises ${alarm.code}: ${alarm.message}`);
    for (const each of this.asked.alarm) this.verdict(each, each.alarm?.(node, alarm));
  }

  /** @internal */ settled(): void {
    for (const each of this.asked.settled) this.verdict(each, each.settled?.(this));
  }

  private verdict(checker: Checker, problem: string | undefined): void {
    if (problem !== undefined) this.violated(checker.invariant, problem);
  }
}
