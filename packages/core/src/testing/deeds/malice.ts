/**
 * What a lying member, or a stranger, can send. The node that lies goes on working honestly beside it: the
 * lies are sent in its name. Unless said otherwise an attack must change nothing where it arrives (S8).
 */

import { prefixOf } from '../../address/index.ts';
import type { Input } from '../../cluster/contract/index.ts';
import { containing, ofUse, pickGrant } from '../../estate/index.ts';
import { genesisRecords, networkIdOf } from '../../membership/genesis.ts';
import { entryId, recordId, signRecord } from '../../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../../ownership/types.ts';
import { attack } from '../attack.ts';
import type { Cluster } from '../cluster.ts';
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { SimNode } from '../node.ts';
import type { Random } from '../random.ts';
import { vouchedTheft } from './votes.ts';

const draw = (random: Random): readonly number[] => [
  random.below(1024),
  random.below(1024),
  random.below(1024),
];

/** A grant message with the next counter that `to` expects of `from`. */
function nextGrant(from: SimNode, to: SimNode, record: SignedRecord): Input {
  const counter = (to.disk.register.estate.in[from.member] ?? 0) + 1;
  const message = { type: 'grant' as const, record, counter, hint: { left: 0, better: [] } };
  return { type: 'message', from: from.member, message };
}

/** Gossip that says that `from` published this entry next. */
function nextGossip(from: SimNode, record: SignedRecord, id: string): Input {
  const storeId = `${from.disk.storeId}-lies`;
  const update = from.cluster.replicas.published(from.signer, storeId, id, record);
  return { type: 'gossip', from: from.member, update };
}

/** The body of a record that gives to `owner` what `victim` holds. */
function theft(
  cluster: Cluster,
  victim: SimNode,
  owner: string,
  pick: number,
): RecordBody | undefined {
  const { holdings } = victim.disk.register.estate;
  const holding = holdings[pick % Math.max(1, holdings.length)];
  if (holding === undefined) return undefined;
  const { pool, prefix, version, record } = holding;
  const network = networkIdOf(cluster.genesis);
  return {
    network,
    pool,
    prefix,
    version: version + 1,
    owner,
    predecessors: [record],
    kind: 'grant',
  };
}

const forgeries = 9;
/** From this number on a theft comes with the votes of the liar's own register. */
const vouchedFrom = 512;
/** The one with a true signature: a void record that replicas keep. */
const wellSigned = 3;
/** The one that passes on a true grant of somebody else. */
const relayed = 8;

/** Forged inputs by number, all of them from `liar` to `target`. */
function forgery(cluster: Cluster, liar: SimNode, target: SimNode, victim: SimNode, kind: number) {
  const stolen = theft(cluster, victim, target.member, kind);
  const mine = theft(cluster, liar, target.member, kind);
  if (stolen === undefined || mine === undefined) return undefined;
  const signed = signRecord(liar.signer, stolen);
  const own = kind < vouchedFrom ? signed : vouchedTheft(liar, stolen.network, stolen);
  const posed = { ...own, writer: victim.member };
  const unsigned = { ...signRecord(liar.signer, mine), signature: new Uint8Array(64) };
  const unknown = signRecord(liar.signer, { ...stolen, predecessors: ['e'.repeat(64)] });
  const late = signRecord(liar.signer, { ...mine, version: mine.version + 1 });
  const others = signRecord(liar.signer, { ...mine, owner: victim.member });
  const list: readonly Input[] = [
    nextGrant(liar, target, own),
    nextGossip(liar, posed, entryId(posed)),
    nextGossip(liar, own, recordId(genesisRecords(cluster.genesis)[0] ?? stolen)),
    nextGossip(liar, own, entryId(own)),
    nextGrant(liar, target, unsigned),
    nextGrant(liar, target, unknown),
    nextGrant(liar, target, late),
    nextGrant(liar, target, others),
  ];
  return list[kind % forgeries];
}

/** Records that others did not sign, or that give away what the writer does not own. */
export const forge: Deed = {
  name: 'forge',
  hourly: rateOf('forge'),
  draw,
  play(cluster, [pick, which, kind = 0]) {
    const liar = nodeAt(cluster, pick);
    const target = nodeAt(cluster, which);
    const victim = nodeAt(cluster, kind >> 4);
    if (kind % forgeries === relayed) return relay(cluster, liar);
    if (new Set([liar, target, victim].map(({ member }) => member)).size < 3 || !target.isUp) {
      return undefined;
    }
    const forged = forgery(cluster, liar, target, victim, kind);
    if (forged === undefined) return undefined;
    attack(target, forged, kind % forgeries === wellSigned);
    return `${liar.name} forges a ${forged.type} about what ${victim.name} has, for ${target.name}`;
  },
};

/** The next true grant of somebody comes under the liar's counter first. */
function relay(cluster: Cluster, liar: SimNode): string {
  cluster.links.overhears = (to, record) => {
    if (to.member !== liar.member && record.writer !== liar.member)
      attack(to, nextGrant(liar, to, record));
  };
  return `${liar.name} will pass on the next grant as its own`;
}

/** Records and counters out of all bounds. */
export const oversize: Deed = {
  name: 'oversize',
  hourly: rateOf('oversize'),
  draw,
  play(cluster, [pick, which, kind = 0]) {
    const liar = nodeAt(cluster, pick);
    const target = nodeAt(cluster, which);
    if (liar.member === target.member || !target.isUp) return undefined;
    const honest = theft(cluster, liar, target.member, kind);
    if (honest === undefined) return undefined;
    const many = Array.from({ length: 17 }, (_, at) => String(at).repeat(64).slice(0, 64));
    const wrong: readonly Partial<RecordBody>[] = [
      { version: 2 ** 52 },
      { predecessors: many },
      { predecessors: [] },
      { prefix: '0.0.0.0/0' },
      { prefix: `${prefixOf(honest.prefix).family === 4 ? '10.32.0.0/32' : 'fd00::/128'}` },
      { pool: 'x'.repeat(63) },
      { network: `sha256:${'0'.repeat(64)}` },
    ];
    const body = { ...honest, ...wrong[kind % wrong.length] };
    attack(target, nextGrant(liar, target, signRecord(liar.signer, body)));
    return `${liar.name} sends a grant of ${body.prefix} that is out of bounds to ${target.name}`;
  },
};

/** A grant that was accepted long ago is sent again as a new one. */
export const replayRecord: Deed = {
  name: 'replayRecord',
  hourly: rateOf('replayRecord'),
  draw,
  play(cluster, [pick, which, kind = 0]) {
    const liar = nodeAt(cluster, pick);
    const target = nodeAt(cluster, which);
    const { replica } = target;
    if (liar.member === target.member || replica === undefined) return undefined;
    const old = replica
      .ids()
      .map((id) => replica.get(id))
      .filter((entry) => entry?.type === 'ownership' && entry.body.owner === target.member);
    const record = old[kind % Math.max(1, old.length)];
    if (record?.type !== 'ownership') return undefined;
    const writer = cluster.nodesOf(record.writer)[0] ?? liar;
    if (writer.member === target.member) return undefined;
    const sender = kind % 4 === 0 ? liar : writer;
    const input = nextGrant(sender, target, record);
    // A true grant whose number a lie had taken may still be accepted: it takes nothing from anybody.
    if (cluster.liars.has(sender.member)) target.take(input);
    else attack(target, input);
    return `${record.body.prefix} @${record.body.version} is given to ${target.name} once more`;
  },
};

/** A hundred requests in a row. What is granted is taken in good order. */
export const greedy: Deed = {
  name: 'greedy',
  hourly: rateOf('greedy'),
  draw,
  play(cluster, [pick, which]) {
    const asker = nodeAt(cluster, pick);
    const donor = nodeAt(cluster, which);
    if (asker.member === donor.member) return undefined;
    for (const pool of cluster.poolNames) {
      for (let each = 0; each < 100; each += 1) {
        const inCounter = asker.disk.register.estate.in[donor.member] ?? 0;
        const message = { type: 'request' as const, pool, length: 0, needed: true, inCounter };
        cluster.after(each, () => donor.take({ type: 'message', from: asker.member, message }));
      }
    }
    return `${asker.name} asks ${donor.name} a hundred times`;
  },
};

/** One member gives the same addresses to two others. */
export const equivocate: Deed = {
  name: 'equivocate',
  hourly: rateOf('equivocate'),
  draw,
  play(cluster, [pick, which, kind = 0]) {
    const liar = nodeAt(cluster, pick);
    const one = nodeAt(cluster, which);
    const other = nodeAt(cluster, kind);
    const { estate } = liar.disk.register;
    const pool = cluster.genesis.pools[kind % cluster.genesis.pools.length];
    const members = new Set([liar, one, other].map(({ member }) => member));
    if (pool === undefined || members.size < 3) return undefined;
    if (ofUse(estate.holdings, pool.name, 'reserve').length === 0) return undefined;
    const prefix = pickGrant(estate, pool, pool.blockLength);
    if (prefix === undefined) return undefined;
    const holding = containing(estate.holdings, pool.name, prefixOf(prefix));
    if (holding === undefined) return undefined;
    const { from, to } = cluster.space.range(pool.name, holding.prefix);
    for (let block = from; block < to; block += 1) cluster.tainted.add(block);
    cluster.liars.add(liar.member);
    for (const target of [one, other]) {
      const network = networkIdOf(cluster.genesis);
      const { version, record } = holding;
      const head = { network, pool: pool.name, prefix, version: version + 1, owner: target.member };
      const body: RecordBody = { ...head, predecessors: [record], kind: 'grant' };
      cluster.equivocations.push(recordId(body));
      target.take(nextGrant(liar, target, signRecord(liar.signer, body)));
    }
    return `${liar.name} gives ${prefix} to ${one.name} and to ${other.name}`;
  },
};
