/** Which losses guardians are documented to survive. */
import type { Estate } from '../estate/types.ts';
import { compareBallots } from '../register/ballot.ts';
import type { AcceptorRecord } from '../register/judge.ts';
import { guardianKey, quorumOf } from '../register/quorum.ts';
import type { Cluster } from './cluster.ts';
import type { Disk } from './disk.ts';
import type { SimNode } from './node.ts';

type Kept = AcceptorRecord<Estate>;

/** A store that went back, or that two run on, and what it knew by then; undefined: it never knows all of it again. */
export interface WentBack {
  readonly store: string;
  readonly was: Kept | undefined;
}

/**
 * True when without this node's store a quorum of each set of guardians is left that has a value and trusts itself,
 * and a quorum of each that is about to become one.
 */
export function canLose(cluster: Cluster, victim: SimNode): boolean {
  const left = cluster.nodes.filter((node) => node !== victim && !node.isGone && !isCopy(node));
  const byStore = new Map(left.map((node) => [guardianKey(keeperOf(node)), node]));
  const suspects = new Set([...cluster.wentBack.values()].map(({ store }) => store));
  const isKept = cluster.nodes.every(({ member }) =>
    cluster.registers.setsOf(member).every((set) => {
      const alive = set.members.filter((guardian) => {
        const node = byStore.get(guardianKey(guardian));
        const register = `${member} ${set.epoch}`;
        // It may abstain as soon as it notices, also in what it keeps since.
        if (cluster.nodesOf(guardian.member).length > 1) return false;
        if (suspects.has(guardianKey(guardian)) && node?.state?.booted !== true) return false;
        if (cluster.wentBack.get(register)?.store === guardianKey(guardian)) return false;
        const kept = node?.disk.acceptors.get(register);
        return kept?.accepted !== undefined && kept.abstains === undefined;
      });
      return alive.length >= quorumOf(set);
    }),
  );
  return isKept && left.every(({ disk }) => enlistedAt(cluster, disk).every(isLeft));

  // One that went back may have forgotten that it is ready, and is never seeded.
  function isLeft(record: Kept): boolean {
    const { set } = record;
    const alive = set.members.filter((guardian) =>
      byStore.get(guardianKey(guardian))?.disk.acceptors.has(nameOf(record)),
    );
    return alive.length >= quorumOf(set);
  }
}

/** A copy of a machine ends some time, with all that only it was told. */
function isCopy(node: SimNode): boolean {
  return node.cluster.nodesOf(node.member)[0] !== node;
}

/** What a store is ready to keep: the Stop in favour of that set may be decided at any time. */
function enlistedAt({ registers }: Cluster, { acceptors }: Disk): readonly Kept[] {
  return [...acceptors.values()].filter(({ owner, set, accepted }) => {
    const sets = registers.setsOf(owner);
    return accepted === undefined && sets.every(({ epoch }) => set.epoch > epoch);
  });
}

/** Sets from this size on survive one guardian that went back in time without notice. */
const survivesOne = 4;

/**
 * True when this node's store may go back by so many writes: of each set of guardians that it was ever in it is the
 * only one to, none where it forgets something is too small for that, and a quorum is left where it notices and
 * abstains. Noted for all that it keeps.
 */
export function mayGoBack(cluster: Cluster, victim: SimNode, writes: number): boolean {
  const { disk } = victim;
  if (!seesLoss(victim, writes)) return false;
  const store = guardianKey(keeperOf(victim));
  const kept = [...disk.acceptors.values()];
  const isOne = (each: Kept): boolean =>
    (cluster.wentBack.get(nameOf(each))?.store ?? store) === store;
  if (!canLose(cluster, victim) || !kept.every(isOne)) return false;
  if (disk.forgottenBy(writes).some(({ set }) => set.members.length < survivesOne)) return false;
  for (const record of kept) cluster.wentBack.set(nameOf(record), { store, was: record });
  return true;
}

/** A wiped run directory and a database from before this boot's first note are those of a machine that just started. */
function seesLoss({ containers, disk }: SimNode, writes: number): boolean {
  return !containers.isWiped || disk.keepsNotes(writes);
}

/**
 * The same as often as it is survived: another one may have gone back before where that has caught up since, or where
 * it keeps nothing of this one's present registers.
 */
export function mayGoBackAgain(cluster: Cluster, victim: SimNode, writes: number): boolean {
  if (!seesLoss(victim, writes)) return false;
  const forgotten = victim.disk.forgottenBy(writes).filter((each) => !isOwnBirth(victim, each));
  return mayContradict(cluster, victim, forgotten, false);
}

/** Of fewer members, guardians may change to three while a copy runs: those do not survive one with two faces. */
const fewestWithCopy = 6;

/** The same for a copy that runs beside it: two that answer for one guardian contradict each other at worst. */
export function mayCopy(cluster: Cluster, victim: SimNode): boolean {
  const living = new Set(cluster.nodes.filter(({ isGone }) => !isGone).map(({ member }) => member));
  if (living.size < fewestWithCopy) return false;
  const kept = [...victim.disk.acceptors.values()].filter((each) => isCurrent(cluster, each));
  return mayContradict(cluster, victim, kept, true);
}

/** Its own store as the only guardian: a start asks others before it believes that (R4). */
function isOwnBirth({ member }: SimNode, { owner, set }: Kept): boolean {
  return owner === member && set.epoch === 1;
}

/** What is stopped by a quorum is decided for ever, unless some of them forget it. */
function isCurrent({ registers }: Cluster, { owner, set }: Kept): boolean {
  return registers.setsOf(owner).every(({ epoch }) => set.epoch >= epoch);
}

function mayContradict(
  cluster: Cluster,
  victim: SimNode,
  wrong: readonly Kept[],
  isForGood: boolean,
): boolean {
  const { member, disk } = victim;
  const store = guardianKey({ member, store: disk.storeId });
  if (!canLose(cluster, victim) || wrong.some(({ set }) => set.members.length < survivesOne)) {
    return false;
  }
  const kept = [...disk.acceptors.values()].filter((each) => isCurrent(cluster, each));
  const concerned = new Set([...wrong, ...kept]);
  for (const record of concerned) {
    const other = cluster.wentBack.get(nameOf(record));
    if (other !== undefined && other.store !== store && !hasCaughtUp(cluster, record, other)) {
      return false;
    }
  }
  for (const record of concerned) {
    const before = cluster.wentBack.get(nameOf(record));
    const isBehind = before?.store === store && !hasCaughtUp(cluster, record, before);
    const was = isForGood ? undefined : isBehind ? before.was : record;
    cluster.wentBack.set(nameOf(record), { store, was });
  }
  return true;
}

function nameOf({ owner, set }: Kept): string {
  return `${owner} ${set.epoch}`;
}

/** True when a store has promised and accepted more than it had forgotten: it keeps every word again. */
function hasCaughtUp({ nodes }: Cluster, record: Kept, { store, was }: WentBack): boolean {
  if (was?.accepted === undefined) return false;
  const node = nodes.find((each) => guardianKey(keeperOf(each)) === store && !each.isGone);
  const now = node?.disk.acceptors.get(nameOf(record));
  if (now?.accepted === undefined || now.abstains !== undefined) return false;
  return (
    compareBallots(now.promised, was.promised) >= 0 &&
    compareBallots(now.accepted.ballot, was.accepted.ballot) >= 0
  );
}

function keeperOf({ member, disk }: SimNode): { readonly member: string; readonly store: string } {
  return { member, store: disk.storeId };
}
