/** The container runtime of one machine: it starts containers, asks for addresses, and stops them. */
import type { SimNode } from './node.ts';

/** One container with the addresses that the plugin answered. */
export interface Container {
  /** Unique in its cluster: a container that starts again has another. */
  readonly id: string;
  /** One of each pool, numbered as by `Space`. */
  readonly addresses: readonly number[];
}

/** How long a plugin waits for a block, milliseconds. */
const waitMs = 5_000;
const lookAgainMs = 250;

/**
 * Containers of one machine. A `pick` is any whole number from 0: it points at a running container, modulo
 * how many there are; where none runs nothing happens.
 */
export class Containers {
  /** Those that were answered and not stopped. */
  readonly running: Container[] = [];
  /** Ids of containers that were stopped or that failed, the last few. */
  readonly stopped: string[] = [];
  /** ADDs that ended without an address. */
  failures = 0;
  /** Somebody removed the run directory: what running containers hold is not written anywhere. */
  isWiped = false;
  private readonly node: SimNode;
  private readonly byId = new Map<string, Container>();
  private count = 0;

  /** @internal */
  constructor(node: SimNode) {
    this.node = node;
  }

  /** The container with this id, if it runs. */
  find(id: string): Container | undefined {
    return this.byId.get(id);
  }

  /** ADD for a new container. Where no address is free it waits up to 5 s of virtual time for a block, then fails. */
  add(): void {
    if (this.node.isDead || this.isTakenOff) return;
    const id = `${this.node.name}-c${this.count++}`;
    this.attempt(id, this.node.cluster.nowMs + waitMs);
  }

  /** ADD again for a container that runs: it is refused, and what the container has stays. */
  addAgain(pick: number): void {
    const container = this.pick(pick);
    if (container === undefined) return;
    const { node } = this;
    node.run.add(container.id, node.cluster.poolNames, node.cluster.nowMs);
    node.cluster.answered(node, container.id, node.run.held(container.id));
  }

  /** DEL of a container that runs. Its id, or undefined where none runs. */
  del(pick: number): string | undefined {
    const container = this.pick(pick);
    if (container === undefined) return undefined;
    this.running.splice(pick % this.running.length, 1);
    this.byId.delete(container.id);
    this.free(container.id, container.addresses);
    return container.id;
  }

  /** DEL once more, for a container that is gone. */
  delAgain(pick: number): void {
    const id = this.stopped[pick % Math.max(1, this.stopped.length)];
    if (id !== undefined) this.free(id, []);
  }

  /** The runtime gives up on a container and starts it again under a new id. */
  retry(pick: number): void {
    if (this.del(pick) !== undefined) this.add();
  }

  /** Does each running container still hold what it was answered? Tells the checkers. */
  lookAtAll(): void {
    const { node } = this;
    for (const { id } of this.running) node.cluster.answered(node, id, node.run.held(id));
  }

  /** The machine went down, and all containers with it. */
  reboot(): void {
    const { node } = this;
    this.boots += 1;
    for (const { id, addresses } of this.running) {
      this.stop(id);
      for (const address of addresses) node.cluster.freed(node, address);
    }
    this.running.length = 0;
    this.byId.clear();
    this.isWiped = false;
    node.run.reboot();
  }

  /** An operator lets no container start here any more. */
  private get isTakenOff(): boolean {
    return this.node.isLeaving && !this.node.neglect.keepsContainers;
  }

  private attempt(id: string, untilMs: number): void {
    const { node } = this;
    const { cluster } = node;
    const { isTakenOff } = this;
    const addresses = isTakenOff ? undefined : node.run.add(id, cluster.poolNames, cluster.nowMs);
    if (addresses !== undefined) return this.got(id, addresses);
    for (const pool of cluster.poolNames) node.take({ type: 'wanted', pool });
    if (cluster.nowMs >= untilMs || isTakenOff) {
      this.failures += 1;
      this.stop(id);
      return;
    }
    const { boots } = this;
    cluster.after(lookAgainMs, () => {
      if (boots === this.boots) this.attempt(id, untilMs);
    });
  }

  private boots = 0;

  private got(id: string, addresses: readonly number[]): void {
    const { node } = this;
    for (const address of addresses) node.cluster.claimed(node, address);
    const container = { id, addresses };
    this.running.push(container);
    this.byId.set(id, container);
    node.cluster.answered(node, id, addresses);
    node.pollSoon(1_000);
  }

  private free(id: string, addresses: readonly number[]): void {
    const { node } = this;
    this.stop(id);
    const freed = node.run.del(id, node.cluster.nowMs);
    if (!this.isWiped && !equalNumbers(freed, addresses)) {
      node.cluster.violated('S5', `DEL of ${id} freed ${freed.length} addresses, not its own`);
    }
    for (const address of addresses) node.cluster.freed(node, address);
    node.pollSoon(1_000);
  }

  private stop(id: string): void {
    if (this.stopped.length < 32) this.stopped.push(id);
    else this.stopped[this.count % 32] = id;
  }

  private pick(pick: number): Container | undefined {
    return this.running[pick % Math.max(1, this.running.length)];
  }
}

/** The same numbers in the same order. */
export function equalNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((each, at) => each === other[at]);
}
