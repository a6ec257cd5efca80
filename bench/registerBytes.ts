// What a write of a register costs in bytes, for an owner that traded with few and with many members: one block of
// the reserve is committed, and everything is encoded as it is sent and stored.
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

const network = 'a'.repeat(64);
const nonce = 'c'.repeat(32);
const epoch = 5;
const verify = createVerify();

/** Bytes of one write and of what it leaves. */
export interface RegisterBytes {
  /** The value. */
  readonly value: number;
  /** To one guardian. */
  readonly ask: number;
  /** From one guardian. */
  readonly answer: number;
  /** On one guardian's disk. */
  readonly row: number;
  /** What a new guardian starts from: the whole value with the votes for it. */
  readonly seed: number;
}

function estateOf(
  member: string,
  members: readonly Guardian[],
  blocks: number,
  traded: number,
): Estate {
  const others = Array.from({ length: traded }, () => createKey().member);
  const counters = Object.fromEntries(others.map((other) => [other, 3]));
  const holding = { pool: 'default', version: 4, record: 'b'.repeat(64) };
  const committed = Array.from({ length: blocks }, (_, at) => {
    return {
      ...holding,
      prefix: `10.64.${at >> 6}.${(at & 63) * 4}/30`,
      use: 'committed' as const,
    };
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

/** Of an owner with so many open blocks that traded with so many members, both ways. */
export function registerBytes(blocks: number, traded: number): RegisterBytes {
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
    value: estateOf(member, members, blocks, traded),
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
  return {
    value: estateBytes(next.value).length,
    ask: encodeMessage({ type: 'register', ask }).length,
    answer: encodeMessage({ type: 'registerAnswer', answer: sent.message }).length,
    row: toText(stored.record).text.length,
    seed: encodeMessage({ type: 'register', ask: { ...about, type: 'seed', seed } }).length,
  };
}
