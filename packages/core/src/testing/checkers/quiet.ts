/** L4: no message storm. Traffic returns to the idle rate. */
import type { Cluster } from '../cluster.ts';
import { hasNoQuorum } from '../limits.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

/** Writes of a node while nothing happens: blocks of the last wishes may still go back to reserve. */
const mostQuietWrites = 4;

/**
 * The idle rate: each node compares hashes with one other a period, which takes at most four messages
 * where nothing differs, gives a sign of life to each of its guardians, and tells all of members that are gone, that it
 * kept the register of and hears. Nodes that found nobody with space ask
 * everybody again, at the longest pause.
 */
export function quiet(): Checker {
  let writes = 0;
  return {
    invariant: 'L4',
    says: 'traffic returns to the idle rate',
    stored({ cluster }) {
      if (cluster.quiet === undefined) return undefined;
      writes += 1;
      const mostWritten = mostQuietWrites * cluster.nodes.length;
      if (writes <= mostWritten) return undefined;
      return `${writes} writes in a quiet cluster: something goes round without end`;
    },
    settled(cluster) {
      const { quiet: since, links, nodes, steps, nowMs } = cluster;
      if (since === undefined) return undefined;
      const lastedMs = nowMs - since.sinceMs;
      let most = 16 * nodes.length;
      for (const node of nodes) {
        most += idleOf(node, lastedMs) + ofDisputes(node, lastedMs) + ofWaits(node, lastedMs);
      }
      const sent = links.sent - since.sent;
      if (sent > most) {
        return `${sent} messages in ${lastedMs / 1000} quiet seconds, ${Math.ceil(most)} are idle`;
      }
      const stepped = steps - since.steps;
      const mostSteps = 3 * most + nodes.length * (lastedMs / 1_000);
      if (stepped <= mostSteps) return undefined;
      return `${stepped} steps in ${lastedMs / 1000} quiet seconds, ${Math.ceil(mostSteps)} are idle`;
    },
  };
}

/** What one node sends while nothing happens. */
function idleOf({ state, replica, cluster }: SimNode, lastedMs: number): number {
  if (state === undefined) return 0;
  const { nodes } = cluster;
  let most = (lastedMs / (state.tuning.syncMs * 0.75)) * 4;
  const guardians = state.register.desk?.proposer.set.members.length ?? 0;
  const beats = Math.ceil(lastedMs / (state.tuning.heartbeatMs * 0.9));
  most += guardians * (beats + 2 * mostQuietWrites);
  const connected = [...state.peers].flatMap(([peer, each]) => (each.connected ? [peer] : []));
  const heard = connected.filter((peer) => state.kept.has(peer) && replica?.registers.isGone(peer));
  most += heard.length * connected.length * (beats + 1);
  const rounds = lastedMs / (state.tuning.roundPauseMaxMs * 0.75);
  for (const { answers, pausesAll } of state.demands.values()) {
    if (answers.size > 0) most += rounds * 2 * (pausesAll ? nodes.length - 1 : 3);
  }
  const resends = lastedMs / (state.tuning.resendMaxMs * 0.75);
  const waiting = state.register.value.estate.outbox.filter(({ to }) => isDeaf(cluster, to));
  return most + waiting.length * resends * 2;
}

/** Who takes nothing, though it is there: in quarantine, or with a sealed register. Its givers bring it again and again. */
function isDeaf(cluster: Cluster, member: string): boolean {
  const isEnded = cluster.registers.of(member).some(({ sealed }) => sealed === true);
  return cluster
    .nodesOf(member)
    .some(({ state }) => state !== undefined && (state.quarantined || isEnded));
}

/**
 * What injected equivocation leaves behind: a donor that is asked by somebody who took a grant that was never given
 * looks again at what it gave, and guardians offer what is disputed to whom it waits for at each heartbeat.
 */
function ofDisputes({ state, member, cluster }: SimNode, lastedMs: number): number {
  if (state === undefined || cluster.equivocations.length === 0) return 0;
  const { heartbeatMs, registerMaxMs, roundPauseMaxMs } = state.tuning;
  const { in: taken } = state.register.value.estate;
  const isAsking = [...state.demands.values()].some(({ answers }) => answers.size > 0);
  const rounds = isAsking ? lastedMs / (roundPauseMaxMs * 0.75) : 0;
  const looks = lastedMs / (registerMaxMs * 0.5);
  let most = 0;
  for (const other of cluster.registers.all()) {
    const guardians = other.guardians.members.length;
    const isWaiting = other.outbox.some(
      ({ to, record: { body } }) => to === member && cluster.isTainted(body.pool, body.prefix),
    );
    if (isWaiting) most += guardians * (lastedMs / (heartbeatMs * 0.9) + 2 * looks);
    if ((taken[other.member] ?? 0) > (other.out[member] ?? 0)) {
      most += rounds * state.demands.size * 2 * guardians;
    }
  }
  return most;
}

/** Rounds of a look into a register that cannot be finished: to read, to read the proof, to try the next step. */
const lookRounds = 3;

/**
 * What waits for an operator is looked at for ever: registers without a quorum, by their owners and by those that keep
 * them, and what a member in quarantine gave and had not told, by the taker, each time that a guardian offers it.
 */
function ofWaits({ state, member, cluster }: SimNode, lastedMs: number): number {
  if (state === undefined) return 0;
  const { heartbeatMs, registerMaxMs } = state.tuning;
  let most = 0;
  for (const { member: owner, outbox } of cluster.registers.all()) {
    const sets = cluster.registers.setsOf(owner);
    const guardians = Math.max(0, ...sets.map((set) => set.members.length));
    const keepers = sets.flatMap(({ members }) => members.map((each) => each.member));
    const look = 2 * lookRounds * guardians;
    const isConcerned = owner === member || keepers.includes(member);
    if (isConcerned && hasNoQuorum(cluster, owner))
      most += look * (lastedMs / (registerMaxMs * 0.5));
    const isOffered = outbox.some(({ to }) => to === member) && isDeaf(cluster, owner);
    if (isOffered) most += guardians * (1 + look) * (lastedMs / (heartbeatMs * 0.9));
  }
  return most;
}
