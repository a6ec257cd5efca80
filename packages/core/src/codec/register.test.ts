import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../cluster/contract/index.ts';
import { toHex } from '../crypto/index.ts';
import type { Change } from '../estate/changes.ts';
import type { Estate, GuardianSet, Holding, OutboxEntry } from '../estate/types.ts';
import type { RecordKind, SignedRecord } from '../ownership/types.ts';
import type { Accepted, Answer, Ask, Body, Cell, Equivocation } from '../register/index.ts';
import { headOf, seedBallot } from '../register/index.ts';
import { must } from '../result.ts';
import { checkAcceptorRecord, checkVersioned, decodeMessage, encodeMessage } from './index.ts';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const member = fc
  .string({ unit: fc.constantFrom(...base58), minLength: 44, maxLength: 44 })
  .map((tail) => `12D3KooW${tail}`);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const counter = fc.maxSafeNat();
const version = fc.integer({ min: 1, max: 2 ** 48 });
const pool = fc.constantFrom('default', 'v6');
const prefix = fc.constantFrom('10.0.0.0/16', '10.1.2.0/26', 'fd00::/64', 'fd00:1::40/122');
const isTrue = fc.constant(true as const);
const guardian = fc.record({ member, store: hash.map((hex) => hex.slice(0, 32)) });
const guardianSet: fc.Arbitrary<GuardianSet> = fc.record({
  epoch: counter,
  members: fc.array(guardian, { maxLength: 6 }),
});
const ballot = fc.oneof(
  fc.constant(seedBallot),
  fc.record({ counter, proposer: member, bootNonce: hash }),
);

function recordOf(...kinds: readonly RecordKind[]): fc.Arbitrary<SignedRecord> {
  return fc.record(
    {
      type: fc.constant('ownership' as const),
      body: fc.record({
        network: hash.map((hex) => `sha256:${hex}`),
        pool,
        prefix,
        version,
        owner: member,
        predecessors: fc.uniqueArray(hash, { minLength: 1, maxLength: 3 }).map((ids) => ids.sort()),
        kind: fc.constantFrom(...kinds),
      }),
      writer: member,
      signature,
      certificate: fc.uint8Array({ maxLength: 300 }),
    },
    { requiredKeys: ['type', 'body', 'writer', 'signature'] },
  );
}

const numbered = { to: member, counter, record: recordOf('grant', 'reclaim', 'take-back') };
const holding: fc.Arbitrary<Holding> = fc.record({
  pool,
  prefix,
  version,
  record: hash,
  use: fc.constantFrom('reserve', 'committed', 'resting'),
});
const outboxEntry: fc.Arbitrary<OutboxEntry> = fc.record(
  { ...numbered, rest: isTrue },
  { requiredKeys: ['to', 'counter', 'record'] },
);
/** Keys in any order: the hash of an estate must not depend on it. */
const estate: fc.Arbitrary<Estate> = fc.record(
  {
    sealed: isTrue,
    shut: fc.array(member, { minLength: 1, maxLength: 2 }),
    unpublished: fc.array(recordOf('reclaim'), { minLength: 1, maxLength: 2 }),
    bootNonce: fc.oneof(hash, fc.constant('')),
    guardians: guardianSet,
    outbox: fc.array(outboxEntry, { maxLength: 3 }),
    in: fc.dictionary(member, counter, { maxKeys: 4, noNullPrototype: true }),
    out: fc.dictionary(member, counter, { maxKeys: 4, noNullPrototype: true }),
    holdings: fc.array(holding, { maxLength: 4 }),
    member,
  },
  { requiredKeys: ['bootNonce', 'guardians', 'outbox', 'in', 'out', 'holdings', 'member'] },
);
const mark = fc.oneof(
  fc.constant(''),
  hash.map((nonce) => `${nonce}/7`),
);
const cell: fc.Arbitrary<Cell<Estate>> = fc.record(
  { version: counter, mark, value: estate, next: guardianSet },
  { requiredKeys: ['version', 'mark', 'value'] },
);

const changes: Record<Change['kind'], fc.Arbitrary<Change>> = {
  boot: fc.record({ kind: fc.constant('boot'), bootNonce: hash }),
  commit: fc.record({ kind: fc.constant('commit'), pool, block: prefix }),
  release: fc.record({ kind: fc.constant('release'), pool, block: prefix }),
  grant: fc.record({ kind: fc.constant('grant'), ...numbered }),
  accept: fc.record(
    { kind: fc.constant('accept'), from: member, counter, record: recordOf('grant'), rest: isTrue },
    { requiredKeys: ['kind', 'from', 'counter', 'record'] },
  ),
  acknowledged: fc.record({ kind: fc.constant('acknowledged'), to: member, counter }),
  reclaim: heirOf('reclaim'),
  seal: heirOf('seal'),
  takeBack: fc.record(
    { kind: fc.constant('takeBack'), ...numbered, onward: fc.record(numbered) },
    { requiredKeys: ['kind', 'to', 'counter', 'record'] },
  ),
  rested: fc.record({ kind: fc.constant('rested'), pool, prefix }),
  prune: fc.record({ kind: fc.constant('prune'), member }),
  shut: fc.record({ kind: fc.constant('shut'), member }),
  inherit: fc.record(
    {
      kind: fc.constant('inherit'),
      from: member,
      counter,
      records: fc.array(recordOf('reclaim'), { minLength: 1, maxLength: 2 }),
      rest: isTrue,
    },
    { requiredKeys: ['kind', 'from', 'counter', 'records'] },
  ),
  published: fc.record({
    kind: fc.constant('published'),
    records: fc.array(hash, { maxLength: 2 }),
  }),
};
const change = fc.oneof(...Object.values(changes));

function heirOf(kind: 'reclaim' | 'seal'): fc.Arbitrary<Change> {
  const records = fc.array(recordOf('reclaim'), { maxLength: 2 });
  return fc.record({ kind: fc.constant(kind), to: member, counter, records });
}

const bodies: Record<Body<Estate, Change>['kind'], fc.Arbitrary<Body<Estate, Change>>> = {
  keep: fc.record({ kind: fc.constant('keep') }),
  step: fc.record({
    kind: fc.constant('step'),
    parent: hash,
    step: fc.record(
      { changes: fc.array(change, { maxLength: 3 }), mark, next: guardianSet },
      { requiredKeys: ['changes', 'mark'] },
    ),
  }),
  whole: fc.record({ kind: fc.constant('whole'), cell }),
};
const proof: fc.Arbitrary<Equivocation> = fc.record({
  ballot,
  digests: fc.tuple(hash, hash),
  signatures: fc.tuple(signature, fc.oneof(signature, fc.constant(new Uint8Array(0)))),
});
const head = {
  ballot,
  digest: hash,
  signature: fc.oneof(signature, fc.constant(new Uint8Array(0))),
};
const about = { owner: member, epoch: counter };
const asks: Record<Ask<Estate, Change>['type'], fc.Arbitrary<Ask<Estate, Change>>> = {
  prepare: fc.record({
    type: fc.constant('prepare'),
    ...about,
    ballot,
    has: fc.oneof(hash, fc.constant('')),
  }),
  accept: fc.record({
    type: fc.constant('accept'),
    ...about,
    ballot,
    digest: hash,
    signature,
    body: fc.oneof(...Object.values(bodies)),
  }),
  enlist: fc.record({
    type: fc.constant('enlist'),
    ...about,
    set: guardianSet,
    previous: guardianSet,
  }),
  seed: fc.record({
    type: fc.constant('seed'),
    ...about,
    seed: fc.record({
      from: guardianSet,
      stop: cell,
      ballot,
      votes: fc.array(fc.record({ guardian, signature }), { maxLength: 4 }),
    }),
  }),
  freeze: fc.record({ type: fc.constant('freeze'), ...about, proof }),
};
const from = { ...about, guardian };
const answers: Record<Answer<Estate>['type'], fc.Arbitrary<Answer<Estate>>> = {
  promise: fc.record(
    {
      type: fc.constant('promise' as const),
      ...from,
      ballot,
      accepted: fc.record({ ...head, cell }, { requiredKeys: ['ballot', 'digest', 'signature'] }),
      heard: fc.constant(true as const),
    },
    { requiredKeys: ['type', 'owner', 'epoch', 'guardian', 'ballot', 'accepted'] },
  ),
  accepted: fc.record({
    type: fc.constant('accepted'),
    ...from,
    ballot,
    digest: hash,
    signature,
  }),
  refused: fc.record({
    type: fc.constant('refused'),
    ...from,
    of: fc.constantFrom('prepare', 'accept', 'enlist', 'seed'),
    ballot,
    because: fc.constantFrom(
      'promised',
      'lacks',
      'unseeded',
      'abstains',
      'nonce',
      'heard',
      'invalid',
    ),
    promised: ballot,
  }),
  ready: fc.record({ type: fc.constant('ready'), ...from }),
  seeded: fc.record({ type: fc.constant('seeded'), ...from }),
  frozen: fc.record({ type: fc.constant('frozen'), ...from, proof }),
};
const messages: readonly (readonly [string, fc.Arbitrary<Message>])[] = [
  ...Object.entries(asks).map(([type, each]) => [`asks ${type}`, asked(each)] as const),
  ...Object.entries(answers).map(([type, each]) => [`answers ${type}`, answered(each)] as const),
];
const message = fc.oneof(...messages.map(([, each]) => each));

function asked(each: fc.Arbitrary<Ask<Estate, Change>>): fc.Arbitrary<Message> {
  return each.map((ask) => ({ type: 'register', ask }));
}

function answered(each: fc.Arbitrary<Answer<Estate>>): fc.Arbitrary<Message> {
  return each.map((answer) => ({ type: 'registerAnswer', answer }));
}

function sentAsWhole(sent: Cell<Estate>): Cell<Estate> {
  const ask: Ask<Estate, Change> = {
    type: 'accept',
    owner: sent.value.member,
    epoch: 1,
    ballot: seedBallot,
    digest: 'ab'.repeat(32),
    signature: new Uint8Array(64),
    body: { kind: 'whole', cell: sent },
  };
  const got = must(decodeMessage(encodeMessage({ type: 'register', ask })));
  if (got.type !== 'register' || got.ask.type !== 'accept' || got.ask.body.kind !== 'whole') {
    throw new Error('another message came back');
  }
  return got.ask.body.cell;
}

describe('a message about a register', () => {
  it.each(messages)('%s and comes back as it was sent', (_name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (sent) => {
        expect(must(decodeMessage(encodeMessage(sent)))).toEqual(sent);
      }),
      { numRuns: 40 },
    );
  });

  it.each(Object.entries(changes))('carries the change %s', (_kind, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, hash, (sent, parent) => {
        const step = { changes: [sent], mark: '' };
        const body: Body<Estate, Change> = { kind: 'step', parent, step };
        const ask: Ask<Estate, Change> = {
          type: 'accept',
          owner: '12D3',
          epoch: 1,
          ballot: seedBallot,
          digest: parent,
          signature: new Uint8Array(64),
          body,
        };
        const got = must(decodeMessage(encodeMessage({ type: 'register', ask })));
        expect(got).toEqual({ type: 'register', ask });
      }),
      { numRuns: 30 },
    );
  });

  it('never changes the hash by which a cell is known', () => {
    fc.assert(
      fc.property(cell, (sent) => {
        const got = sentAsWhole(sent);
        expect(headOf(got)).toEqual(headOf(sent));
        expect(headOf(sentAsWhole(got))).toEqual(headOf(sent));
      }),
      { numRuns: 200 },
    );
  });

  it('never throws and never passes for more than it is, whatever the bytes', () => {
    const mutated = fc
      .tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([sent, edits]) => {
        const frame = Uint8Array.from(encodeMessage(sent));
        for (const [at, value] of edits) frame[at % frame.length] = value;
        return frame;
      });
    const truncated = fc.tuple(message, fc.nat()).map(([sent, at]) => {
      const frame = encodeMessage(sent);
      return frame.subarray(0, at % frame.length);
    });
    let passed = 0;
    fc.assert(
      fc.property(fc.oneof(mutated, truncated), (frame) => {
        const decoded = decodeMessage(frame);
        if (decoded.ok) {
          passed += 1;
          expect(must(decodeMessage(encodeMessage(decoded.value)))).toEqual(decoded.value);
        } else expect(decoded.error.message).toMatch(/^a (malformed )?message/);
      }),
      { numRuns: 1000 },
    );
    expect(passed).toBeGreaterThan(0);
  });
});

describe('a stored register', () => {
  const accepted: fc.Arbitrary<Accepted<Estate>> = fc.record({ ...head, cell });
  const stored = fc.record(
    {
      owner: member,
      guardian,
      set: guardianSet,
      previous: guardianSet,
      ready: fc.boolean(),
      promised: ballot,
      accepted,
      abstains: fc.string(),
      frozen: proof,
    },
    { requiredKeys: ['owner', 'guardian', 'set', 'previous', 'ready', 'promised'] },
  );

  it('is what it was', () => {
    fc.assert(
      fc.property(stored, ballot, estate, (record, at, own) => {
        expect(must(checkAcceptorRecord(structuredClone(record)))).toEqual(record);
        const value = { ballot: at, estate: own };
        expect(must(checkVersioned(structuredClone(value)))).toEqual(value);
      }),
      { numRuns: 100 },
    );
  });

  it('is refused with the place that is wrong', () => {
    const [record] = fc.sample(stored, { numRuns: 1, seed: 1 });
    expect(checkAcceptorRecord({ ...record, promised: 7 })).toMatchObject({
      error: { code: 'register-malformed', message: expect.stringMatching(/^promised: /) },
    });
    expect(checkVersioned({ ballot: seedBallot })).toMatchObject({
      error: { code: 'register-malformed', message: expect.stringMatching(/^estate: /) },
    });
  });
});
