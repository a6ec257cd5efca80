// How long it takes until all nodes have the same set after a record was published, in virtual time.
//
// The network of the simulator: everybody is connected to everybody, gossip goes to all of them at once, and
// a message travels 0.5 to 2.5 ms. Hops of a real gossip mesh are not in it. The seed is the number of nodes.
import { allDeeds, Cluster, Random, type SimNode } from '@hedgerow/core/testing';

/** What is done to the network while records are published. */
export type Condition = 'quiet' | 'lossy' | 'partition';

/** Median and worst of some records, milliseconds from publication, or from the end of the partition. */
export interface Convergence {
  readonly nodes: number;
  readonly condition: Condition;
  readonly records: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

const pool = { name: 'default', prefix: '10.32.0.0/16', blockLength: 26, subnet: 'pool' as const };
const settleMs = 300_000;
const patienceMs = 3_600_000;

/** A cluster with a clock that starts when a record enters the first set, and ends when all have it. */
class Watch {
  readonly cluster: Cluster;
  readonly random: Random;
  private largest = 0;
  private startMs: number | undefined;
  private equalMs: number | undefined;

  constructor(nodes: number, seed: number) {
    this.random = new Random(seed, 77);
    const stepped = (node: SimNode): undefined => this.look(node);
    const checker = { invariant: 'none', says: 'looks when all sets are equal', stepped };
    this.cluster = new Cluster(seed, nodes, { pools: [pool], checkers: () => [checker] });
    this.cluster.runUntil(settleMs);
    this.begin(settleMs);
    this.wait();
  }

  /** From now on, or from the next new entry on, until all sets are equal. */
  begin(startMs?: number): void {
    this.largest = Math.max(...this.cluster.nodes.map(({ replica }) => replica?.size ?? 0));
    this.startMs = startMs;
    this.equalMs = undefined;
  }

  /** Lets time pass until all sets are equal. */
  wait(): number {
    const { cluster } = this;
    const untilMs = cluster.nowMs + patienceMs;
    while (this.equalMs === undefined && cluster.nowMs < untilMs) {
      cluster.runUntil(cluster.nowMs + 1_000);
    }
    if (this.equalMs === undefined) throw new Error(`sets differ after ${patienceMs} ms`);
    return this.equalMs;
  }

  private look({ replica, cluster }: SimNode): undefined {
    const { nowMs, nodes } = cluster;
    if (this.startMs === undefined && (replica?.size ?? 0) > this.largest) this.startMs = nowMs;
    if (this.startMs === undefined || nowMs < this.startMs || this.equalMs !== undefined) return;
    const hash = nodes[0]?.replica?.hash();
    if (nodes.every((node) => node.replica?.hash() === hash)) this.equalMs = nowMs - this.startMs;
  }
}

/** Makes one member ask another, to which it is connected, for a block: the receiver publishes the record. */
function give({ cluster, random }: Watch): void {
  const pairs = cluster.nodes.flatMap((one) =>
    cluster.nodes.filter((other) => cluster.links.areLinked(one, other)).map((to) => [one, to]),
  );
  const [asker, donor] = pairs[random.below(pairs.length)] as [SimNode, SimNode];
  const inCounter = asker.disk.register.estate.in[donor.member] ?? 0;
  const want = { pool: pool.name, length: pool.blockLength, needed: true, inCounter };
  cluster.links.send(asker, donor.member, { type: 'request', ...want });
}

/** Publishes some records, one after the other, and measures each. */
export function convergenceOf(nodes: number, condition: Condition, records: number): Convergence {
  const watch = new Watch(nodes, nodes);
  const times = Array.from({ length: records }, () =>
    condition === 'partition' ? afterPartition(watch) : afterRecord(watch, condition === 'lossy'),
  ).sort((a, b) => a - b);
  const medianMs = times[Math.floor(records / 2)] as number;
  return { nodes, condition, records, medianMs, worstMs: times.at(-1) as number };
}

function afterRecord(watch: Watch, isLossy: boolean): number {
  const { cluster, random } = watch;
  watch.begin();
  give(watch);
  if (isLossy) {
    const isLost = (): boolean => random.chance(0.1);
    cluster.links.fates = {
      of: (from, to, n) => (isLost() ? { from, to, n, kind: 'lose', byMs: 0 } : undefined),
    };
  }
  const ms = watch.wait();
  cluster.links.fates = { of: () => undefined };
  cluster.runUntil(cluster.nowMs + 120_000);
  return ms;
}

/** Ten minutes in two halves, in which a tenth of the members ask for a block. */
function afterPartition(watch: Watch): number {
  const { cluster, random } = watch;
  const lastsMs = 600_000;
  const partition = allDeeds.find(({ name }) => name === 'partition');
  partition?.play(cluster, [random.bits(), lastsMs, 1_000]);
  const endMs = cluster.nowMs + lastsMs;
  watch.begin(endMs);
  cluster.runUntil(cluster.nowMs + 60_000);
  for (let each = 0; each < 2 + cluster.nodes.length / 10; each += 1) give(watch);
  cluster.runUntil(endMs - 1);
  const ms = watch.wait();
  cluster.runUntil(cluster.nowMs + 120_000);
  return ms;
}
