/** Writes of a simulated node: they take time, fail, or end with the agent killed at a chosen point. */
import type { Effect } from '../cluster/contract/index.ts';
import type { SimNode } from './node.ts';
import type { Random } from './random.ts';
import { canLose } from './survival.ts';

/** Where an agent is killed next. */
export interface Armed {
  /** While a write is under way (`tornWrite`: half done), when it is stored, or among the effects that follow. */
  readonly point: 'beforePersist' | 'tornWrite' | 'afterPersist' | 'afterSend';
  /** How many writes, or effects after a write, still happen. */
  skip: number;
  /** Virtual milliseconds until it starts again. */
  readonly downMs: number;
  /** What was only kept, not stored, is lost. */
  readonly losesKept: boolean;
  /** Only in a write of this cause: a message's or an input's type. */
  readonly aim?: string;
  /** It happens again in the first write of the next start. */
  readonly again?: true;
  /** With `tornWrite`: the database does not just drop what is torn, it is damaged. */
  readonly damages?: true;
}

type Persist = Extract<Effect, { type: 'persist' }>;
type Keep = Extract<Effect, { type: 'persistAcceptor' }>;

/** Starts a write; it is stored, or refused, some milliseconds later. */
export function persist(node: SimNode, effect: Persist, random: Random): void {
  const { life, cluster } = node;
  const lastsMs = 0.1 + random.next() * 4;
  cluster.after(lastsMs, () => {
    if (life === node.life && node.isUp) persisted(node, effect, random);
  });
}

function persisted(node: SimNode, { write, register, update }: Persist, random: Random): void {
  const { armed, cluster, disk, memory, replica } = node;
  if (disk.isFull || (node.writeErrors > 0 && random.chance(node.writeErrors))) {
    cluster.history.say(cluster.nowMs, () => `${node.name} cannot store write ${write}`);
    if (!disk.isFull) cluster.injected('writeError');
    return node.take({ type: 'persistFailed', write, reason: 'simulated' });
  }
  const isLast =
    armed !== undefined && armed.point !== 'afterSend' && isAimed(node, armed) && armed.skip-- <= 0;
  if (isLast && armed.point === 'beforePersist') return kill(node, armed);
  if (isLast && armed.point === 'tornWrite') return torn(node, armed);
  if (replica !== undefined) memory.committed(replica, disk.updates.length);
  disk.commit(register, update);
  if (register !== undefined) cluster.registers.stored(node, register);
  cluster.stored(node);
  if (isLast) return kill(node, armed);
  node.take({ type: 'persisted', write });
}

/** Stores a register that is kept here, some milliseconds later. */
export function persistAcceptor(node: SimNode, { record }: Keep, random: Random): void {
  const { life, cluster } = node;
  cluster.after(0.1 + random.next() * 2, () => {
    if (life !== node.life || !node.isUp) return;
    const { owner } = record;
    const { epoch } = record.set;
    const { disk } = node;
    if (disk.isFull || (node.writeErrors > 0 && random.chance(node.writeErrors))) {
      if (!disk.isFull) cluster.injected('writeError');
      return node.take({ type: 'acceptorPersistFailed', owner, epoch });
    }
    const before = disk.acceptors.get(`${owner} ${epoch}`)?.accepted;
    disk.commitAcceptor(record);
    const { accepted } = record;
    if (accepted !== undefined && accepted !== before) cluster.registers.accepted(record, accepted);
    node.take({ type: 'acceptorPersisted', owner, epoch });
  });
}

/**
 * The machine lost power with part of a transaction in the file. The next start finds that its sums do not
 * match and drops it, or that the file is damaged: then the node refuses to start with its key for good.
 */
function torn(node: SimNode, armed: Armed): void {
  const { cluster } = node;
  if (armed.damages && canLose(cluster, node)) {
    node.isGone = true;
    cluster.history.say(cluster.nowMs, () => `the database of ${node.name} is damaged`);
  }
  kill(node, armed);
}

/** True when the agent is to be killed among what follows its last write. */
export function isArmedAfterSend(node: SimNode): boolean {
  return node.armed?.point === 'afterSend' && isAimed(node, node.armed);
}

/** True when the agent's last write is one that it is to be killed in. */
function isAimed({ cause }: SimNode, { aim }: Armed): boolean {
  return aim === undefined || aim === cause;
}

/** Kills an agent at an armed point and starts it again later. */
function kill(node: SimNode, { point, downMs, losesKept, again }: Armed): void {
  node.crash(point, losesKept);
  node.cluster.after(downMs, () => {
    node.start();
    if (again) node.armed = { point, skip: 0, downMs, losesKept };
  });
}

/** Kills the agent among the effects that follow a write, when it is armed for that. */
export function killsAmong(node: SimNode): boolean {
  const { armed } = node;
  if (armed === undefined || armed.skip-- > 0) return false;
  kill(node, armed);
  return true;
}
