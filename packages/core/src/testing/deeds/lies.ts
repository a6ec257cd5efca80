/** Wrong answers: counters, hints, hashes, lists and refusals that are not true, and strangers that speak. */
import type { Input, Message } from '../../cluster/contract/index.ts';
import { fakeSigner } from '../../crypto/index.ts';
import { genesisRecords } from '../../membership/genesis.ts';
import { entryId, recordId, signRecord } from '../../ownership/record.ts';
import type { RecordBody } from '../../ownership/types.ts';
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
        vector: cluster.replicas.vectorOf(new Map([[1, 1_000]])),
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
    if (liar.member === target.member) return undefined;
    const { message, works } = lieOf(cluster, liar, target, kind);
    const input: Input = { type: 'message', from: liar.member, message };
    if (works) target.take(input);
    else attack(target, input);
    return `${liar.name} lies to ${target.name}: ${message.type}`;
  },
};

/** A cluster that was born separately answers at the same address, with records that are sound there. */
export const initTwice: Deed = {
  name: 'initTwice',
  hourly: rateOf('initTwice'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick = 0]) {
    const target = nodeAt(cluster, pick);
    const said = strangersInput(cluster, target, pick >> 5);
    attack(target, said);
    const what = said.type === 'message' ? said.message.type : said.type;
    return `a node of another cluster sends ${what} to ${target.name}`;
  },
};

function strangersInput(cluster: Cluster, target: SimNode, kind: number): Input {
  const from = 'stranger';
  const network = `sha256:${zeros}`;
  const [root] = genesisRecords(cluster.genesis);
  const theirs = { ...(root as RecordBody), network };
  const predecessors = [recordId(theirs)];
  const body = {
    ...theirs,
    owner: target.member,
    version: 2,
    predecessors,
    kind: 'grant' as const,
  };
  const signer = fakeSigner(from);
  const record = signRecord(signer, body);
  const update = cluster.replicas.published(signer, 'strange', entryId(record), record);
  const about = { epoch: 0, taken: 0, given: 0 };
  const messages: readonly Message[] = [
    { type: 'hello', network, bootNonce: 'x', epoch: 1, hash: zeros, about },
    { type: 'grant', record, counter: 1, hint: { left: 0, better: [] } },
    { type: 'syncUpdate', update, more: false },
    { type: 'ack', counter: 1, update },
  ];
  const message = messages[kind % (messages.length + 1)];
  if (message === undefined) return { type: 'gossip', from, update };
  return { type: 'message', from, message };
}
