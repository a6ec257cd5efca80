/**
 * Documented limits that the end of a run may show: what waits for an operator then breaks no promise of liveness.
 * Each is counted in `excused`, so that a report can tell how often it was met.
 */
import { covers, prefixOf } from '../address/index.ts';
import { guardedFrom } from '../cluster/register/index.ts';
import { isShut } from '../estate/index.ts';
import type { RecordBody } from '../ownership/types.ts';
import { guardianKey, quorumOf } from '../register/quorum.ts';
import type { Cluster } from './cluster.ts';
import type { SimNode } from './node.ts';

/**
 * True for a member whose register no quorum answers for: of its guardians too many are gone, or abstain or know
 * nothing of it because their disks went back or ran twice, and nobody has what seeds them again. It waits for
 * `forget --unsafe`.
 */
export function hasNoQuorum(cluster: Cluster, member: string): boolean {
  const struck = new Set([...cluster.wentBack.values()].map(({ store }) => store));
  const byStore = new Map(cluster.nodes.map((node) => [storeOf(node), node]));
  const isStuck = cluster.registers.setsOf(member).some((set) => {
    const answering = set.members.filter((guardian) => {
      const key = guardianKey(guardian);
      const node = byStore.get(key);
      if (node === undefined || node.isGone) return false;
      const kept = node.disk.acceptors.get(`${member} ${set.epoch}`);
      if (kept === undefined) return !struck.has(key);
      if (kept.accepted === undefined && struck.has(key) && !isStopKept(cluster, member, set.epoch))
        return false;
      return kept.abstains === undefined;
    });
    return answering.length < quorumOf(set);
  });
  return isStuck && counted(cluster, 'a register without a quorum that trusts itself');
}

/** True while somebody has the Stop that seeds the guardians of this epoch. */
function isStopKept({ nodes }: Cluster, member: string, epoch: number): boolean {
  const key = `${member} ${epoch - 1}`;
  return nodes.some(
    ({ isGone, disk }) => !isGone && disk.acceptors.get(key)?.accepted?.cell.next !== undefined,
  );
}

/**
 * True when most members that nobody forgot are silent for ever: whoever hears so few takes nobody's reserve, as it
 * cannot tell that from its own side of a partition. It waits for `forget`.
 */
export function hearsTooFew(cluster: Cluster): boolean {
  const { unforgotten, living } = known(cluster);
  // Neither the one that listens nor the one in question counts.
  const [heard, others] = [living - 1, unforgotten - 2];
  return (
    heard * 2 < others && counted(cluster, 'more dead members that nobody forgot than living ones')
  );
}

/**
 * True for a member that keeps its register itself while too few live that could keep it, as others died before it was
 * handed over. It takes nothing, and waits for `forget --unsafe`.
 */
export function hasNoGuardians(cluster: Cluster, member: string): boolean {
  const { unforgotten, living } = known(cluster);
  const isAlone = cluster.registers.setsOf(member).every(({ members }) => members.length === 1);
  const isStuck = isAlone && living < guardedFrom && unforgotten >= guardedFrom;
  return isStuck && counted(cluster, 'a register that too few live to keep');
}

/** How many members nobody forgot, and how many of these are up. */
function known(cluster: Cluster): { readonly unforgotten: number; readonly living: number } {
  const up = cluster.nodes.filter(({ isUp }) => isUp);
  const isEnded = (member: string): boolean =>
    up.some(({ replica }) => replica?.registers.isGone(member) === true);
  const members = new Set(cluster.nodes.map(({ member }) => member));
  const unforgotten = [...members].filter((member) => !isEnded(member));
  const living = unforgotten.filter((member) => up.some((node) => node.member === member));
  return { unforgotten: unforgotten.length, living: living.length };
}

/**
 * True when a member in quarantine, or one whose register no quorum answers for, gave these addresses before, and that is
 * not told: whoever had them next cannot hand them on before it is. It waits for a reboot there, or for `forget --unsafe`.
 */
export function followsUntold(cluster: Cluster, { pool, prefix, version }: RecordBody): boolean {
  const isUntold = cluster.nodes.some(
    ({ member, state }) =>
      (state?.quarantined === true || hasNoQuorum(cluster, member)) &&
      cluster.registers
        .of(member)
        .some(({ outbox }) =>
          outbox.some(
            ({ record: { body } }) =>
              body.pool === pool &&
              body.version < version &&
              covers(prefixOf(body.prefix), prefixOf(prefix)),
          ),
        ),
  );
  return (
    isUntold &&
    counted(cluster, 'a grant that a member in quarantine or without a quorum has not told')
  );
}

/** True for a member that an operator gave up while it lived, once that has come about. */
export function wasGivenUp({ wronglyForgotten, registers }: Cluster, member: string): boolean {
  return wronglyForgotten.has(member) && registers.of(member).some(({ sealed }) => sealed === true);
}

/** True where this member shut the other one out in a census: from then on that cannot come back, whatever becomes of the census. */
export function hasShutOut(cluster: Cluster, member: string, other: string): boolean {
  const isSo = cluster.registers.of(member).some((estate) => isShut(estate, other));
  return (
    isSo && counted(cluster, 'a member that came back after others had shut it out for a census')
  );
}

function counted({ excused }: Cluster, limit: string): true {
  excused.set(limit, (excused.get(limit) ?? 0) + 1);
  return true;
}

function storeOf({ member, disk }: SimNode): string {
  return guardianKey({ member, store: disk.storeId });
}
