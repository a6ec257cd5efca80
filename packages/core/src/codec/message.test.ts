import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../cluster/contract/index.ts';
import { fakeSigner, toHex } from '../crypto/index.ts';
import { signRecord } from '../ownership/index.ts';
import { must } from '../result.ts';
import { bytesOf, decodeMessage, encodeMessage, maxFrameBytes, maxSyncIds } from './index.ts';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const member = fc
  .string({ unit: fc.constantFrom(...base58), minLength: 44, maxLength: 44 })
  .map((tail) => `12D3KooW${tail}`);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
const network = hash.map((hex) => `sha256:${hex}`);
const counter = fc.maxSafeNat();
const pool = fc.constantFrom('default', 'blue', 'v6');
const bytes = fc.uint8Array({ maxLength: 200 });
const hint = fc.record({ left: counter, better: fc.array(member, { maxLength: 3 }) });
const record = fc
  .record({
    network,
    pool,
    prefix: fc.constantFrom('10.0.0.0/16', '10.1.2.0/26', 'fd00::/64'),
    version: fc.integer({ min: 2, max: 1_000_000 }),
    owner: member,
    predecessors: fc.uniqueArray(hash, { minLength: 1, maxLength: 3 }).map((ids) => ids.sort()),
    kind: fc.constant('grant' as const),
    writer: member,
  })
  .map(({ writer, ...body }) => signRecord(fakeSigner(writer), body));

/** Those about registers have a test of their own. */
type Others = Exclude<Message['type'], 'register' | 'registerAnswer'>;

const stuck = fc.record({ member, epoch: counter, store: hash });
const censusOf = {
  owners: fc.array(member, { maxLength: 3 }),
  stuck: fc.array(stuck, { maxLength: 2 }),
};
const piece = { pool, prefix: fc.constantFrom('10.0.0.0/16', '10.1.2.0/26', 'fd00::/64') };

const messages: Record<Others, fc.Arbitrary<Message>> = {
  census: fc.record({ type: fc.constant('census'), ...censusOf }),
  censusAnswer: fc.record(
    {
      type: fc.constant('censusAnswer'),
      ...censusOf,
      isShut: fc.boolean(),
      own: stuck,
      held: fc.array(fc.record(piece), { maxLength: 3 }),
      leaving: fc.array(fc.record({ ...piece, to: member }), { maxLength: 3 }),
      dealings: fc.array(fc.record({ member, out: counter, given: counter, taken: counter })),
      owned: fc.oneof(hash, fc.constant('')),
      problem: fc.string({ maxLength: 50 }),
    },
    {
      requiredKeys: ['type', 'owners', 'stuck', 'isShut', 'held', 'leaving', 'dealings', 'owned'],
    },
  ),
  hello: fc.record({
    type: fc.constant('hello'),
    network,
    bootNonce: hash,
    epoch: counter,
    hash,
    about: fc.record({ epoch: counter, taken: counter, given: counter }),
  }),
  request: fc.record(
    {
      type: fc.constant('request'),
      pool,
      length: fc.integer({ min: 0, max: 128 }),
      needed: fc.boolean(),
      inCounter: counter,
      denies: counter,
    },
    { requiredKeys: ['type', 'pool', 'length', 'needed', 'inCounter'] },
  ),
  grant: fc.record({ type: fc.constant('grant'), record, counter, hint }),
  refusal: fc.record({
    type: fc.constant('refusal'),
    pool,
    reason: fc.constantFrom('no-reserve', 'too-fast', 'quota', 'rolled-back', 'not-ready'),
    message: fc.string({ unit: 'grapheme', maxLength: 40 }),
    hint,
  }),
  ack: fc.record(
    { type: fc.constant('ack'), counter, update: bytes },
    { requiredKeys: ['type', 'counter'] },
  ),
  resend: fc.record({ type: fc.constant('resend'), after: counter }),
  syncHash: fc.record({ type: fc.constant('syncHash'), hash }),
  syncVector: fc.record({
    type: fc.constant('syncVector'),
    hash,
    vector: bytes,
    reply: fc.boolean(),
  }),
  syncUpdate: fc.record({ type: fc.constant('syncUpdate'), update: bytes, more: fc.boolean() }),
  syncSlice: fc.record({
    type: fc.constant('syncSlice'),
    slice: fc.constantFrom('', '0', 'abc'),
    hashes: fc.array(fc.oneof(hash, fc.constant('')), { minLength: 16, maxLength: 16 }),
  }),
  syncIds: fc.record({
    type: fc.constant('syncIds'),
    slice: fc.constantFrom('', '0', 'abc'),
    ids: fc.array(hash, { maxLength: 5 }),
    reply: fc.boolean(),
  }),
  heartbeat: fc.record({
    type: fc.constant('heartbeat'),
    bootNonce: hash,
    isLast: fc.boolean(),
  }),
  heartbeatReply: fc.record({ type: fc.constant('heartbeatReply'), bootNonce: hash }),
  collect: fc.record({ type: fc.constant('collect'), owner: member }),
  stillHeard: fc.record({ type: fc.constant('stillHeard'), owner: member }),
};
const message = fc.oneof(...Object.values(messages));

/** What a peer sends that does not keep to `encodeMessage`. */
const raw = (plain: unknown): string => {
  const result = decodeMessage(encode(plain));
  return result.ok ? 'ok' : result.error.message;
};

describe('a direct message', () => {
  it.each(Object.entries(messages))('%s comes back as it was sent', (_type, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (sent) => {
        expect(must(decodeMessage(encodeMessage(sent)))).toEqual(sent);
      }),
      { numRuns: 40 },
    );
  });

  it('never throws and never passes for more than it is, whatever the bytes', () => {
    const mutated = fc
      .tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([sent, changes]) => {
        const frame = Uint8Array.from(encodeMessage(sent));
        for (const [at, value] of changes) frame[at % frame.length] = value;
        return frame;
      });
    const truncated = fc.tuple(message, fc.nat()).map(([sent, at]) => {
      const frame = encodeMessage(sent);
      return frame.subarray(0, at % frame.length);
    });
    fc.assert(
      fc.property(fc.oneof(mutated, truncated, fc.uint8Array({ maxLength: 300 })), (frame) => {
        const decoded = decodeMessage(frame);
        if (decoded.ok)
          expect(must(decodeMessage(encodeMessage(decoded.value)))).toEqual(decoded.value);
        else expect(decoded.error.message).toMatch(/^a (malformed )?message/);
      }),
      { numRuns: 1500 },
    );
  });

  it('is refused with the place that is wrong', () => {
    expect(raw({ type: 'resend', after: -1 })).toContain('at after');
    expect(raw({ type: 'resend', after: 1.5 })).toContain('at after');
    expect(raw({ type: 'resend', after: 1, more: 1 })).toContain('more');
    expect(raw({ type: 'resend' })).toContain('at after');
    expect(raw({ type: 'obey' })).toContain('at type');
    expect(raw({ type: 'syncHash', hash: 'AB'.repeat(32) })).toContain('at hash');
    expect(raw({ type: 'syncIds', slice: '', ids: new Uint8Array(33), reply: false })).toContain(
      'at ids',
    );
    expect(
      raw({ type: 'grant', record: new Uint8Array(3), counter: 1, hint: { left: 1, better: [] } }),
    ).toContain('at record');
    expect(raw({ type: 'heartbeat', bootNonce: '', isLast: false })).toContain('at bootNonce');
    expect(raw({ type: 'collect', owner: '0' })).toContain('at owner');
    expect(raw({ type: 'stillHeard', owner: '0' })).toContain('at owner');
    expect(raw([])).toContain('malformed');
    expect(
      raw({ type: 'request', pool: 'x'.repeat(64), length: 1, needed: true, inCounter: 1 }),
    ).toContain('at pool');
  });

  it('survives bytes that are made to exhaust', () => {
    expect(decodeMessage(new Uint8Array(maxFrameBytes).fill(0x81)).ok).toBe(false);
    expect(decodeMessage(Uint8Array.of(0x9b, 0, 0, 0, 1, 0, 0, 0, 0)).ok).toBe(false);
    expect(decodeMessage(Uint8Array.of(0x5b, 0, 0, 0, 1, 0, 0, 0, 0)).ok).toBe(false);
    expect(decodeMessage(new Uint8Array(maxFrameBytes + 1))).toMatchObject({
      error: { code: 'message-too-long' },
    });
  });

  it('fits into a frame at its largest, or is our bug', () => {
    const ids = Array.from({ length: maxSyncIds }, () => 'ab'.repeat(32));
    const full: Message = { type: 'syncIds', slice: '', ids, reply: false };
    expect(must(decodeMessage(encodeMessage(full)))).toEqual(full);
    expect(() =>
      encodeMessage({ type: 'syncUpdate', update: new Uint8Array(maxFrameBytes), more: false }),
    ).toThrow(/over/);
  });

  it('cuts words for people to what a receiver takes', () => {
    const sent: Message = {
      type: 'refusal',
      pool: 'default',
      reason: 'quota',
      message: 'long '.repeat(1000),
      hint: { left: 0, better: [] },
    };
    expect(must(decodeMessage(encodeMessage(sent)))).toMatchObject({
      message: 'long '.repeat(200),
    });
  });

  it('never carries what only a simulation has', () => {
    expect(bytesOf(Uint8Array.of(1))).toEqual(Uint8Array.of(1));
    const plain = { entries: [] } as unknown as Parameters<typeof bytesOf>[0];
    expect(() => bytesOf(plain)).toThrow(/plain replica/);
  });
});
