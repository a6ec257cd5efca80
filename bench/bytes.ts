// What a write of a register costs in bytes, for an owner that traded with few and with many members:
//   npm run bench -- --only bytes [--write]
// One block of the reserve is committed. Everything is encoded as it is sent and stored.
import { parseArgs } from 'node:util';
import { encodeMessage } from '../packages/core/src/codec/index.ts';
import type { Change, Estate, Guardian } from '../packages/core/src/estate/index.ts';
import { estateBytes } from '../packages/core/src/register/estateBytes.ts';
import {
  acceptorStep,
  type Body,
  bornRecord,
  type Cell,
  estateRules,
  openAcceptor,
  successor,
} from '../packages/core/src/register/index.ts';
import { createKey, createVerify, signerOf } from '../packages/node-agent/src/keys/index.ts';
import { toText } from '../packages/node-agent/src/store/registerText.ts';
import { createSection } from './page.ts';

const network = 'a'.repeat(64);
const nonce = 'c'.repeat(32);
const epoch = 5;
const blocks = 20;
const verify = createVerify();

function estateOf(member: string, members: readonly Guardian[], traded: number): Estate {
  const others = Array.from({ length: traded }, () => createKey().member);
  const counters = Object.fromEntries(others.map((other) => [other, 3]));
  const holding = { pool: 'default', version: 4, record: 'b'.repeat(64) };
  const committed = Array.from({ length: blocks }, (_, at) => {
    return { ...holding, prefix: `10.64.0.${at * 4}/30`, use: 'committed' as const };
  });
  return {
    member,
    holdings: [...committed, { ...holding, prefix: '10.65.0.0/20', use: 'reserve' }],
    out: counters,
    in: counters,
    outbox: [],
    guardians: { epoch, members },
    bootNonce: nonce,
  };
}

/** Bytes of the value, of what is sent and stored for one write, and of a seed with all of it. */
function measure(traded: number): readonly number[] {
  const [owner, ...keepers] = Array.from({ length: 5 }, createKey);
  const [keeper] = keepers;
  if (owner === undefined || keeper === undefined) throw new Error('no keys');
  const { member } = owner;
  const members = keepers.map((each) => ({ member: each.member, store: 'd'.repeat(32) }));
  const [guardian = { member: '', store: '' }] = members;
  const set = { epoch, members };
  const [own, rules] = [owner, keeper].map((key) => estateRules(network, signerOf(key), verify));
  if (own === undefined || rules === undefined) throw new Error('no rules');
  const cell: Cell<Estate> = {
    version: 9,
    mark: `${nonce}/8`,
    value: estateOf(member, members, traded),
  };
  const ballot = { counter: 10, proposer: member, bootNonce: nonce };
  const change: Change = { kind: 'commit', pool: 'default', block: '10.65.0.0/30' };
  const step = { changes: [change], mark: `${nonce}/10` };
  const next = successor(own, cell, step);
  if (next === undefined) throw new Error('the change does not apply');
  const digest = own.digest(member, epoch, next);
  const signature = own.sign({ kind: 'proposal', owner: member, epoch, ballot, digest });
  const parent = own.digest(member, epoch, cell);
  const body: Body<Estate, Change> = { kind: 'step', parent, step };
  const about = { owner: member, epoch };
  const ask = { ...about, type: 'accept' as const, ballot, digest, signature, body };
  const born = { ...bornRecord(rules, member, guardian, cell, epoch), set, previous: set };
  const asked = acceptorStep(rules, openAcceptor<Estate, Change>(born), {
    type: 'ask',
    from: member,
    ask,
  });
  const [sent] = acceptorStep(rules, asked.state, { type: 'persisted' }).effects;
  const [stored] = asked.effects;
  if (stored?.type !== 'persist' || sent?.type !== 'send') throw new Error('the write was refused');
  if (sent.message.type !== 'accepted') throw new Error(`the answer is ${sent.message.type}`);
  const vote = { guardian, signature: sent.message.signature };
  const stop = { ...next, next: { epoch: epoch + 1, members } };
  const seed = { from: set, stop, ballot, votes: [vote, vote, vote] };
  return [
    estateBytes(next.value).length,
    encodeMessage({ type: 'register', ask }).length,
    encodeMessage({ type: 'registerAnswer', answer: sent.message }).length,
    toText(stored.record).text.length,
    encodeMessage({ type: 'register', ask: { ...about, type: 'seed', seed } }).length,
  ];
}

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const section = createSection('Bytes of a register');
section.print(`A node with ${blocks} open blocks that got grants from, and gave grants to, so many members opens one more block. Bytes
as encoded, before encryption. A write goes to each of four guardians, and each answers; it ships what changed, so
only what is stored grows with the members that one traded with, and nothing with others. A seed, which carries
the whole value, is sent when guardians change.
`);
section.print('| traded with | value | write, each | answer, each | stored, each | seed, each |');
section.print('| ---: | ---: | ---: | ---: | ---: | ---: |');
for (const traded of [0, 10, 100, 1000]) {
  section.print(`| ${[traded, ...measure(traded)].join(' | ')} |`);
}
if (options.write) section.write();
