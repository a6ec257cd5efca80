/** S8: nothing that a member signs takes what it did not own. */
import { verifyRecord } from '../../ownership/record.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';
import { changedHoldings, newEntries } from './blockCoverage.ts';

type Estate = Parameters<typeof changedHoldings>[1];

/**
 * Keeps the owner of each block, apart from any estate. It changes in one way only: the owner signed a grant
 * of it, durably, or a quorum of guardians decided it, and the receiver named there raises the counter of that
 * grant. What is held must be owned.
 * Whatever was given by a liar, or by a disk that went back, is left out: other promises speak of that.
 */
export function givenByOwner(): Checker {
  const owners = new Map<number, string>();
  /** By giver, receiver and counter. */
  const given = new Map<string, SignedRecord>();

  /** A copy of a node, or a node that comes back, owns nothing that it did not own before. */
  function begin({ cluster, member }: SimNode, { holdings }: Estate): void {
    for (const { pool, prefix } of holdings) {
      for (const block of cluster.givenUp.blocksOf([{ pool, prefix }])) {
        if (!owners.has(block)) owners.set(block, member);
      }
    }
  }

  function take(
    { cluster, member }: SimNode,
    from: string,
    record: SignedRecord,
  ): string | undefined {
    const { pool, prefix } = record.body;
    for (const block of cluster.givenUp.blocksOf([{ pool, prefix }])) {
      const owner = owners.get(block);
      if (cluster.tainted.has(block)) continue;
      if (cluster.liars.has(from) && owner !== from) continue;
      if (owner !== from) return `${prefix}, which ${from} gave and ${owner ?? 'nobody'} owned`;
      // What guardians decided stands in the outbox of the owner, signed by the heir.
      const isTheirs = record.body.kind === 'reclaim' || record.writer === from;
      if (!isTheirs || !verifyRecord(record, cluster.verify)) {
        return `${prefix}, which ${from} did not sign`;
      }
      owners.set(block, member);
    }
    return undefined;
  }

  function accept(node: SimNode, before: Estate, after: Estate): string | undefined {
    const { givenUp } = node.cluster;
    const isCensus = givenUp.isCensus(before, after);
    for (const [from, last] of Object.entries(after.in)) {
      // A census names what it takes itself, under the counter that another heir's may have as well.
      if (isCensus && givenUp.members.has(from)) continue;
      for (let counter = (before.in[from] ?? 0) + 1; counter <= last; counter += 1) {
        const record = given.get(`${from} ${node.member} ${counter}`);
        const problem = record && take(node, from, record);
        if (problem !== undefined) return `${node.name} takes ${problem}`;
      }
    }
    return held(node, changedHoldings(before, after).come);
  }

  function held({ cluster, member, name }: SimNode, come: Estate['holdings']) {
    for (const { pool, prefix } of come) {
      for (const block of cluster.givenUp.blocksOf([{ pool, prefix }])) {
        const owner = owners.get(block);
        if (owner === member || cluster.tainted.has(block)) continue;
        if (cluster.liars.has(member) || cluster.liars.has(owner ?? '')) continue;
        return `${name} takes ${prefix}, which ${owner ?? 'nobody'} owns and did not give to it`;
      }
    }
    return undefined;
  }

  return {
    invariant: 'S8',
    says: 'nothing changes hands but by a grant that its owner signed',
    register(node, before, after) {
      if (before === undefined) begin(node, after);
      else inherit(owners, node, before, after);
      const isTaken = before !== undefined && before.in !== after.in;
      const problem = isTaken ? accept(node, before, after) : undefined;
      for (const { to, counter, record } of newEntries(before, after)) {
        given.set(`${node.member} ${to} ${counter}`, record);
      }
      return problem;
    },
  };
}

/** By a census, whatever a member that was given up had is given without it. */
function inherit(
  owners: Map<number, string>,
  { cluster, member }: SimNode,
  before: Estate,
  after: Estate,
): void {
  const { givenUp } = cluster;
  for (const { to, record } of givenUp.leftTo(before, after)) {
    for (const block of givenUp.blocksOf([record.body])) {
      if (owners.get(block) === member) owners.set(block, to);
    }
  }
  if (!givenUp.isCensus(before, after)) return;
  for (const block of givenUp.blocksOf(changedHoldings(before, after).come)) {
    if (givenUp.members.has(owners.get(block) ?? '')) owners.set(block, member);
  }
}
