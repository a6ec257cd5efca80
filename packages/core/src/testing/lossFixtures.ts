/** Clusters that lose machines for good, for the tests of censuses. */
import { liveOnce } from './checkers/liveOnce.ts';
import { Cluster } from './cluster.ts';
import type { SimNode } from './node.ts';

const minute = 60_000;

/** A cluster that has shared its space and given its registers to guardians. */
export function grown(size: number, seed = 7): Cluster {
  const cluster = new Cluster(seed, size, {
    checkers: () => [liveOnce()],
    tuning: { heartbeatMs: 5_000, reclaimMs: 60 * minute, restMs: 10 * minute },
  });
  cluster.runUntil(2 * minute);
  if (cluster.violation !== undefined) throw new Error(cluster.violation.message);
  return cluster;
}

/** These machines are off for good, their containers with them. */
export function lose(cluster: Cluster, lost: readonly SimNode[]): void {
  for (const node of lost) {
    node.crash('gone for good', false);
    node.isGone = true;
  }
  cluster.runUntil(cluster.nowMs + 10_000);
  for (const { containers } of lost) while (containers.running.length > 0) containers.del(0);
}

/** `forget --unsafe`, and how it ended for each. */
export function giveUp(by: SimNode, lost: readonly SimNode[], now = false): readonly string[] {
  const { cluster } = by;
  const [member = '', ...others] = lost.map((node) => node.member);
  by.forgotten.length = 0;
  by.take({ type: 'forget', member, others, now, unsafe: true });
  cluster.runUntil(cluster.nowMs + 2 * minute);
  return by.forgotten.map(({ outcome, message }) => `${outcome}: ${message}`);
}

/** Blocks that are not owned exactly once by the registers of those that live, and what views say else. */
export function problemsOf(
  { space, poolNames }: Cluster,
  living: readonly SimNode[],
): readonly string[] {
  const owners = new Map<number, string>();
  const problems: string[] = [];
  const take = (name: string, { pool, prefix }: { pool: string; prefix: string }): void => {
    const { from, to } = space.range(pool, prefix);
    for (let block = from; block < to; block += 1) {
      const other = owners.get(block);
      if (other !== undefined) problems.push(`${space.prefixOf(block)}: ${other} and ${name}`);
      owners.set(block, name);
    }
  };
  for (const { name, member, disk, replica } of living) {
    const { holdings, outbox } = disk.register.estate;
    for (const holding of holdings) take(name, holding);
    for (const { to, counter, record } of outbox) {
      const taker = living.find((node) => node.member === to)?.disk.register.estate;
      if ((taker?.in[member] ?? 0) < counter) take(`${name} gives it`, record.body);
    }
    for (const { prefix } of replica?.view.disputes() ?? []) problems.push(`dispute of ${prefix}`);
    for (const { prefix, owner } of poolNames.flatMap((pool) => [
      ...(replica?.view.pieces(pool) ?? []),
    ])) {
      if (!living.some((node) => node.member === owner)) {
        problems.push(`${name} sees ${prefix} of ${owner}`);
      }
    }
  }
  for (let block = 0; block < space.blocks; block += 1) {
    if (!owners.has(block)) problems.push(`${space.prefixOf(block)}: nobody`);
  }
  return problems;
}

export function nodesOf(cluster: Cluster, ...indexes: readonly number[]): readonly SimNode[] {
  return indexes.map((index) => cluster.nodes[index] as SimNode);
}
