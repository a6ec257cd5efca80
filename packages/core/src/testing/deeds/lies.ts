/** Wrong answers: counters, hints, hashes, lists and refusals that are not true, and strangers that speak. */
import type { Input, Message } from '../../cluster/types.ts';
import { attack } from '../attack.ts';
import type { Cluster } from '../cluster.ts';
import { type Deed, grantsUnderWay, nodeAt, rateOf } from '../deed.ts';
import type { SimNode } from '../node.ts';

const zeros = '0'.repeat(64);

/** Lies by number. Those that may lead to honest work at the target say so. */
function lieOf(cluster: Cluster, liar: SimNode, target: SimNode, kind: number): Lie {
  const pool = cluster.poolNames[0] ?? '';
  const { estate } = target.disk.register;
  const hint = { left: 1_000_000, better: cluster.nodes.slice(0, 3).map(({ member }) => member) };
  const given = estate.out[liar.member] ?? 0;
  const lies: readonly Lie[] = [
    { message: { type: 'ack', counter: given + 1 + (kind % 7) } },
    { message: { type: 'request', pool, length: 0, needed: true, inCounter: given + 1 } },
    { message: { type: 'request', pool: 'nowhere', length: 0, needed: true, inCounter: 0 } },
    { message: { type: 'refusal', pool, reason: 'no-reserve', message: 'no', hint }, works: true },
    {
      message: { type: 'refusal', pool, reason: 'rolled-back', message: 'you lie', hint },
      works: true,
    },
    { message: { type: 'resend', after: 0 } },
    { message: { type: 'resend', after: 1_000_000 } },
    { message: { type: 'syncHash', hash: zeros } },
    {
      message: {
        type: 'syncVector',
        hash: zeros,
        vector: { next: new Map([[1, 1_000]]) },
        reply: true,
      },
    },
    {
      message: { type: 'syncVector', hash: zeros, vector: new Uint8Array([255, 255]), reply: true },
    },
    { message: { type: 'syncUpdate', update: new Uint8Array(64), more: true } },
    { message: { type: 'syncIds', slice: '', ids: [], reply: true }, works: true },
  ];
  return lies[kind % lies.length] as Lie;
}

interface Lie {
  readonly message: Message;
  /** The target may do something of its own because of it, as it would for an honest one. */
  readonly works?: true;
}

/** A member lies about counters, space, and what it has. */
export const lie: Deed = {
  name: 'lie',
  hourly: rateOf('lie'),
  draw: (random) => [random.below(1024), random.below(1024), random.below(1024)],
  play(cluster, [pick, which, kind = 0]) {
    const [waiting] = kind % 12 === 0 ? grantsUnderWay(cluster) : [];
    const liar = waiting?.to ?? nodeAt(cluster, pick);
    const target = waiting?.from ?? nodeAt(cluster, which);
    if (liar === target) return undefined;
    const { message, works } = lieOf(cluster, liar, target, kind);
    const input: Input = { type: 'message', from: liar.member, message };
    if (works) target.take(input);
    else attack(target, input);
    return `${liar.name} lies to ${target.name}: ${message.type}`;
  },
};

/** A cluster that was born separately answers at the same address. */
export const initTwice: Deed = {
  name: 'initTwice',
  hourly: rateOf('initTwice'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const target = nodeAt(cluster, pick);
    const network = `sha256:${zeros}`;
    const about = { epoch: 0, taken: 0, given: 0 };
    const message = {
      type: 'hello' as const,
      network,
      bootNonce: 'x',
      epoch: 1,
      hash: zeros,
      about,
    };
    attack(target, { type: 'message', from: 'stranger', message });
    return `${target.name} meets a node of another cluster`;
  },
};
