/** S2: no two accepted grants over one address at one version. */
import type { RecordStatus } from '../../ownership/types.ts';
import type { Checker } from '../types.ts';
import { changedHoldings } from './blockCoverage.ts';

interface Accepted {
  readonly version: number;
  readonly record: string;
  readonly by: string;
}

/** Versions of accepted grants over one block rise from grant to grant: stricter than S2, and one number. */
export function risingVersions(): Checker {
  const highest = new Map<number, Accepted>();
  return {
    invariant: 'S2',
    says: 'no two accepted grants over one address at one version',
    register(node, before, after) {
      const { cluster, member } = node;
      if (before?.in === after.in) return undefined;
      const isCensus = cluster.givenUp.isCensus(before, after);
      for (const { pool, prefix, version, record } of changedHoldings(before, after).come) {
        const { from, to } = cluster.space.range(pool, prefix);
        for (let block = from; block < to; block += 1) {
          const last = highest.get(block);
          if (last?.record === record || cluster.tainted.has(block)) continue;
          // What members that were given up gave each other, and nobody who lives has heard of, is no more.
          const isVoid = isCensus && cluster.givenUp.members.has(last?.by ?? '');
          if (last !== undefined && last.version >= version && !isVoid) {
            return `${node.name} accepted ${prefix} at version ${version}, after another grant of it at version ${last.version}`;
          }
          highest.set(block, { version, record, by: member });
        }
      }
      return undefined;
    },
    settled({ equivocations, nodes }) {
      for (const { replica, name } of nodes) {
        for (let at = 0; at < equivocations.length; at += 2) {
          const pair = equivocations.slice(at, at + 2);
          if (!pair.every((id) => isInForce(replica?.view.status(id)))) continue;
          const isTold = replica?.view
            .disputes()
            .some(({ records }) => pair.some((id) => records.includes(id)));
          if (!isTold) return `${name} knows two grants of one address and shows no dispute`;
        }
      }
      return undefined;
    },
  };
}

/** One that never came into force, such as one of a liar that was lied to itself, takes nothing. */
function isInForce(status: RecordStatus | undefined): boolean {
  return status === 'active' || status === 'dominated';
}
