/**
 * One simulated node: a shell around the real reducer. It carries effects out in order, on a simulated
 * disk, network and run directory, and can be killed between any two of them.
 */

import type { Tuning } from '../cluster/contract/index.ts';
import {
  type Alarm,
  createNode,
  type Effect,
  type Env,
  type Input,
  type NodeState,
  step,
} from '../cluster/index.ts';
import type { Signer } from '../crypto/types.ts';
import type { Replica } from '../replica/types.ts';
import { carryOut } from './carryOut.ts';
import { Clock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { Containers } from './containers.ts';
import type { Disk } from './disk.ts';
import { codeOf } from './history.ts';
import { Random } from './random.ts';
import type { ReplicaMemory } from './replicaMemory.ts';
import type { Forgotten } from './response.ts';
import type { RunDir } from './runDir.ts';
import type { Neglect, StartWords } from './types.ts';
import { type Armed, isArmedAfterSend, killsAmong } from './writing.ts';

/** What a node is made of. */
export type NodeParts = Pick<SimNode, 'signer' | 'disk' | 'run' | 'tuning' | 'zone'>;

/** What is there while the agent's process runs. */
interface Running {
  readonly state: NodeState;
  readonly env: { -readonly [K in keyof Env]: Env[K] };
}

/** A node with its machine. */
export class SimNode {
  /** Its place in `cluster.nodes`. */ readonly index: number;
  /** `n0`, `n1` and so on, in messages and traces. */ readonly name: string;
  /** The member that it is; a copy of a node is the same one. */ readonly member: string;
  /** Signs as that member. */ readonly signer: Signer;
  /** What survives a crash. */ readonly disk: Disk;
  /** Its run directory. */ readonly run: RunDir;
  /** Its clock. */ readonly clock: Clock = new Clock();
  /** Its container runtime: starts and stops containers. */ readonly containers: Containers;
  /** @internal */ readonly memory: ReplicaMemory;
  /** The cluster that it is in. */ readonly cluster: Cluster;
  /** Alarms that it raised, oldest first. */ readonly alarms: Alarm[] = [];
  /** Ends of `forget`. @internal */ readonly forgotten: Forgotten[] = [];
  /** Counts starts of the agent. */ life = 0;
  /** True: its agent may not be started again. */ isGone = false;
  /** True: nor may anything else there. */ isDead = false;
  /** True: an operator told it to leave. */ isLeaving = false;
  /** What nobody did there. */ readonly neglect: Neglect = {
    isLeftOn: false,
    keepsContainers: false,
  };
  /** Why the machine is off for good, with a disk that is what it was. */ buriedBy:
    | string
    | undefined;
  /** No input is carried through before this virtual time, milliseconds. */ pausedUntilMs = 0;
  /** Milliseconds that each step takes; 0: none. */ slowMs = 0;
  /** Where the agent is killed next, if it is. */ armed: Armed | undefined;
  /** Share of writes that fail, from 0 to 1. */ writeErrors = 0;
  /** What differs from the default tuning, from the next start on. */ tuning: Partial<Tuning>;
  /** Last number of the address that the host has. */ host: number;
  /** The zone that it says it stands in. */ readonly zone: string;
  private running: Running | undefined;
  private readonly random: Random;
  private readonly rules: NodeState['rules'];
  private wakes = 0;
  private wakeLocalMs = Number.POSITIVE_INFINITY;
  private isPolling = false;
  /** What the write in flight was started by, for the coverage table. */
  cause = '';

  /** Use `Cluster.addNode` or `Cluster.place`. @internal */
  constructor(cluster: Cluster, index: number, parts: NodeParts) {
    this.cluster = cluster;
    this.index = index;
    this.name = `n${index}`;
    this.signer = parts.signer;
    this.member = parts.signer.member;
    this.disk = parts.disk;
    this.run = parts.run;
    this.tuning = parts.tuning;
    this.zone = parts.zone;
    this.host = index % 250;
    this.random = new Random(cluster.seed, 1_000 + index);
    this.containers = new Containers(this);
    this.memory = cluster.replicas.memory(parts.signer);
    this.rules = cluster.replicas.rules(parts.signer);
  }

  /** True while the agent's process runs. */
  get isUp(): boolean {
    return this.running !== undefined;
  }

  /** The reducer's state while the agent runs. */
  get state(): NodeState | undefined {
    return this.running?.state;
  }

  /** The replicated set while the agent runs. */
  get replica(): Replica | undefined {
    return this.running?.env.replica;
  }

  /** Starts the agent on what its disk has, and with what an operator or the machine says to it. */
  start(words: StartWords = {}): void {
    if (this.isUp || this.isGone) return;
    const { cluster, disk } = this;
    this.life += 1;
    const replica = this.memory.open(disk);
    const { genesis, verify } = cluster;
    const { register, storeId: store } = disk;
    const { member, tuning } = this;
    const state = createNode({ member, genesis, register, store, tuning });
    state.rules = this.rules;
    const chance = { random: () => this.random.next(), signer: this.signer };
    this.running = { state, env: { nowMs: 0, ...chance, verify, replica } };
    const found = this.run.agentStarted();
    cluster.history.say(cluster.nowMs, () => `${this.name} starts`);
    const input = disk.startInput(`${this.name}-${this.life}`);
    this.take({ ...input, ...words, found, isLeaving: this.isLeaving });
    this.take({ type: 'announce', body: this.announcement() });
    cluster.links.started(this);
    this.pollSoon(10);
  }

  /**
   * Kills the agent; containers stay. `point` names the place for the coverage table. With `losesKept` what
   * was only kept, not stored, is lost.
   */
  crash(point: string, losesKept: boolean): void {
    const { cluster } = this;
    if (this.running === undefined) return;
    cluster.history.say(cluster.nowMs, () => `${this.name} is killed (${point})`);
    cluster.crashed(point, this.cause);
    const { replica } = this.running.env;
    this.running = undefined;
    this.armed = undefined;
    replica.abandon();
    const lost = this.disk.crash(losesKept);
    if (lost.length > 0) this.memory.lost(replica, this.disk, lost);
    else this.memory.ended(replica);
    this.wakes += 1;
    this.isPolling = false;
    this.pausedUntilMs = 0;
    cluster.links.ended(this);
  }

  /** Gives an input to the agent; later while it is paused or slow, never when it is down. */
  take(input: Input): void {
    const { cluster, running } = this;
    if (running === undefined) return;
    const busyMs = this.pausedUntilMs - cluster.nowMs;
    if (busyMs > 0) {
      const { life } = this;
      cluster.after(busyMs, () => {
        if (life === this.life) this.take(input);
      });
      return;
    }
    if (this.slowMs > 0) this.pausedUntilMs = cluster.nowMs + this.slowMs;
    this.step(running, input);
  }

  /** To be called after a change of the clock: timers are set anew. */
  clockChanged(): void {
    this.wakeAt(this.wakeLocalMs);
  }

  /** Lets the agent look at its run directory within so many milliseconds. */
  pollSoon(withinMs: number): void {
    if (this.isPolling || !this.isUp) return;
    this.isPolling = true;
    const { life } = this;
    this.cluster.after(withinMs, () => {
      if (life === this.life && this.isUp) this.poll();
    });
  }

  /** What it announces of itself. @internal */
  announcement(): Extract<Input, { type: 'announce' }>['body'] {
    const nodeAddresses = [`192.0.2.${this.host}`];
    const { name, zone, disk } = this;
    return { name, zone, store: disk.storeId, nodeAddresses, dial: [] };
  }

  private poll(): void {
    this.isPolling = false;
    for (const event of this.run.poll(this.cluster.nowMs)) this.take(event);
    if (this.run.isWaiting) this.pollSoon(1_000);
  }

  private step(running: Running, input: Input): void {
    const { cluster } = this;
    running.env.nowMs = this.clock.localMs(cluster.nowMs);
    const what = input.type === 'message' ? input.message.type : input.type;
    cluster.steps += 1;
    cluster.history.add(cluster.nowMs, codeOf(what), this.index);
    let effects: readonly Effect[];
    try {
      effects = step(running.state, input, running.env).effects;
    } catch (error) {
      cluster.violated('own', `${this.name} threw at ${what}: ${(error as Error).stack}`);
      return;
    }
    cluster.stepped(this, input);
    const kills = input.type === 'persisted' && isArmedAfterSend(this);
    for (const effect of effects) {
      if (effect.type === 'persist') this.cause = what;
      carryOut(this, effect, this.random);
      if (kills && killsAmong(this)) return;
    }
  }

  /** Gives a tick at this time of its own clock; replaces the one before. @internal */
  wakeAt(localMs: number): void {
    this.wakeLocalMs = localMs;
    const number = ++this.wakes;
    const atMs = this.clock.worldMs(localMs);
    if (atMs === Number.POSITIVE_INFINITY) return;
    // Timers have whole milliseconds, and never end at once.
    this.cluster.at(Math.max(Math.ceil(atMs), Math.floor(this.cluster.nowMs) + 1), () => {
      if (number === this.wakes) this.take({ type: 'tick' });
    });
  }
}
