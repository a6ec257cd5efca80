// Certificates and the chain of guardian sets: what a quorum's votes prove, to whom, and in which bytes.
import { encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import { type Estate, firstEstate, type GuardianSet } from '../estate/index.ts';
import { maxCertificateBytes } from '../ownership/entryShape.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { RecordBody } from '../ownership/types.ts';
import {
  type Ballot,
  type Cell,
  type Certificate,
  certify,
  decodeCertificate,
  digestOfHead,
  encodeCertificate,
  estateRules,
  headOf,
  isCertified,
  statementBytes,
  vouchedRecords,
  vouchesFor,
} from './index.ts';

const network = 'sha256:test';
const ballot: Ballot = { counter: 4, proposer: 'x', bootNonce: 'n' };
const birth = { member: 'x', store: 'sx' };

function setOf(epoch: number, ...members: readonly string[]): GuardianSet {
  return { epoch, members: members.map((member) => ({ member, store: `s${member}` })) };
}

function body(prefix: string, kind: RecordBody['kind'] = 'reclaim'): RecordBody {
  const predecessors = ['0'.repeat(64)];
  return { network, pool: 'p', prefix, version: 2, owner: 'h', predecessors, kind };
}

function estateWith(...bodies: readonly RecordBody[]): Estate {
  const outbox = bodies.map((each, index) => {
    return { to: 'h', counter: index + 1, record: signRecord(fakeSigner('x'), each) };
  });
  return { ...firstEstate('x', []), out: { h: bodies.length }, outbox };
}

/** What all members of the set voted for. */
function voted(cell: Cell<Estate>, set: GuardianSet, record?: string, owner = 'x'): Certificate {
  const { epoch } = set;
  const digest = digestOfHead(network, owner, epoch, headOf(cell));
  const votes = set.members.map((guardian) => {
    const statement = { kind: 'vote' as const, owner, epoch, ballot, digest, guardian };
    const signature = fakeSigner(guardian.member).sign(statementBytes(network, statement));
    return { guardian, signature };
  });
  const certificate = certify(owner, epoch, { ballot, cell, votes }, record);
  if (certificate === undefined) throw new Error('the cell does not vouch for the record');
  return certificate;
}

describe('what a cell vouches for', () => {
  const one = body('10.0.0.0/28');
  const two = body('10.0.0.16/28');
  const grant = body('10.0.0.32/28', 'grant');
  const cell: Cell<Estate> = { version: 7, mark: 'n/3', value: estateWith(one, grant, two) };
  const set = setOf(3, 'a', 'b', 'c');

  it('is what was reclaimed out of it, and no grant: its owner signs those', () => {
    expect(vouchedRecords(cell.value)).toEqual([recordId(one), recordId(two)]);
    for (const each of [one, two]) {
      const certificate = voted(cell, set, recordId(each));
      expect(vouchesFor(certificate, each)).toBe(true);
      expect(vouchesFor(certificate, each === one ? two : one)).toBe(false);
      expect(vouchesFor(certificate, { ...each, kind: 'grant' })).toBe(false);
    }
    expect(vouchesFor(voted(cell, set), one)).toBe(false);
    const votes = voted(cell, set).votes;
    expect(certify('x', 3, { ballot, cell, votes }, recordId(grant))).toBeUndefined();
  });

  it('is a take-back once it is sealed, whatever the path', () => {
    const back = body('10.0.0.0/28', 'take-back');
    const sealed: Cell<Estate> = { ...cell, value: { ...cell.value, sealed: true } };
    expect(vouchesFor(voted(sealed, set), back)).toBe(true);
    expect(vouchesFor(voted(sealed, set, recordId(one)), back)).toBe(true);
    expect(vouchesFor(voted(cell, set, recordId(one)), back)).toBe(false);
    expect(vouchesFor(voted(sealed, set), one)).toBe(false);
  });

  it('is proven by the set of its epoch alone', () => {
    const certificate = voted(cell, set);
    expect(isCertified(network, fakeVerify, certificate, set)).toBe(true);
    expect(isCertified(network, fakeVerify, certificate, { ...set, epoch: 4 })).toBe(false);
    expect(isCertified(network, fakeVerify, certificate, setOf(3, 'a', 'd', 'e'))).toBe(false);
    const two = { ...certificate, votes: certificate.votes.slice(1) };
    expect(isCertified(network, fakeVerify, two, set)).toBe(true);
    const next = setOf(4, 'c', 'd');
    const turned = { ...next, members: next.members.toReversed() };
    const stop = voted({ ...cell, next }, set);
    const head = { ...stop.head, next: turned };
    expect(isCertified(network, fakeVerify, { ...stop, head }, set)).toBe(true);
    for (const other of [setOf(4, 'c', 'e'), setOf(5, 'c', 'd')]) {
      const forged = { ...stop, head: { ...stop.head, next: other } };
      expect(isCertified(network, fakeVerify, forged, set)).toBe(false);
    }
    const { next: _, ...bare } = stop.head;
    expect(isCertified(network, fakeVerify, { ...stop, head: bare }, set)).toBe(false);
  });

  it('has another name for every change of the cell', () => {
    const heads = [
      cell,
      { ...cell, version: 8 },
      { ...cell, mark: 'n/4' },
      { ...cell, value: { ...cell.value, bootNonce: 'other' } },
      { ...cell, value: { ...cell.value, sealed: true as const } },
      { ...cell, value: estateWith(one) },
      { ...cell, next: setOf(4, 'a') },
      { ...cell, next: { epoch: 4, members: [{ member: 'a', store: 'other' }] } },
    ].map((each) => digestOfHead(network, 'x', 3, headOf(each)));
    expect(new Set(heads).size).toBe(heads.length);
    expect(headOf({ ...cell, value: { ...cell.value, sealed: true } }).sealed).toBe(true);
    expect(headOf(cell)).toMatchObject({ sealed: false });
    expect(headOf(cell)).not.toHaveProperty('next');
  });
});

it('signed statements differ in each of their parts', () => {
  const vote = {
    kind: 'vote' as const,
    owner: 'x',
    epoch: 3,
    ballot,
    digest: 'd',
    guardian: birth,
  };
  const { guardian: _, ...nobody } = vote;
  const texts = [
    vote,
    { ...vote, kind: 'proposal' as const },
    { ...vote, owner: 'y' },
    { ...vote, epoch: 4 },
    { ...vote, ballot: { ...ballot, counter: 5 } },
    { ...vote, ballot: { ...ballot, proposer: 'y' } },
    { ...vote, ballot: { ...ballot, bootNonce: 'm' } },
    { ...vote, digest: 'e' },
    { ...vote, guardian: { ...birth, store: 'new' } },
    { ...vote, guardian: { ...birth, member: 'y' } },
    nobody,
  ].map((each) => String(statementBytes(network, each)));
  expect(new Set(texts).size).toBe(texts.length);
});

it('rules over estates apply changes, refuse them, and hand the guardians on', () => {
  const rules = estateRules(network, fakeSigner('x'), fakeVerify);
  const estate = firstEstate('x', []);
  expect(rules.apply(estate, { kind: 'boot', bootNonce: 'n' })).toMatchObject({ bootNonce: 'n' });
  expect(rules.apply(estate, { kind: 'prune', member: 'h' })).toBeUndefined();
  expect(rules.move(estate, setOf(2, 'a'))).toEqual({ ...estate, guardians: setOf(2, 'a') });
});

describe('bytes', () => {
  const id = recordId(body('10.0.0.0/28'));
  const cell: Cell<Estate> = { version: 7, mark: 'n/3', value: estateWith(body('10.0.0.0/28')) };
  const certificate = voted({ ...cell, next: setOf(4, 'a') }, setOf(3, 'a', 'b'), id);
  const bare = voted(cell, setOf(3, 'a'));
  const refused = { ok: false, error: { code: 'malformed-certificate' } };

  it('say what was encoded, with and without what may be absent', () => {
    for (const each of [certificate, bare]) {
      expect(decodeCertificate(encodeCertificate(each))).toEqual({ ok: true, value: each });
    }
    const absent = { ...bare, path: undefined } as unknown as Certificate;
    expect(encodeCertificate(absent)).toEqual(encodeCertificate(bare));
  });

  const { head, votes } = certificate;
  const long = 'x'.repeat(129);
  const many = Array.from({ length: 17 }, () => votes[0]);
  const step = { side: 'left', hash: '0'.repeat(64) };
  it.each<[string, object]>([
    ['more fields', { extra: 1 }],
    ['no owner', { owner: '' }],
    ['a long owner', { owner: long }],
    ['a negative epoch', { epoch: -1 }],
    ['half an epoch', { epoch: 1.5 }],
    ['a long proposer', { ballot: { ...ballot, proposer: long } }],
    ['a long nonce', { ballot: { ...ballot, bootNonce: long } }],
    ['a ballot with more', { ballot: { ...ballot, extra: 1 } }],
    ['a long mark', { head: { ...head, mark: long } }],
    ['an estate that is no hash', { head: { ...head, estate: `${head.estate}0` } }],
    ['records that are no hash', { head: { ...head, records: `x${head.records.slice(1)}` } }],
    ['a seal that is no truth value', { head: { ...head, sealed: 1 } }],
    ['a next set of nobody', { head: { ...head, next: { epoch: 4, members: [] } } }],
    [
      'a next set of too many',
      { head: { ...head, next: { epoch: 4, members: many.map(() => birth) } } },
    ],
    ['too many votes', { votes: many }],
    ['a vote without a signature', { votes: [{ guardian: birth }] }],
    [
      'a vote of no guardian',
      { votes: [{ guardian: { member: 'a' }, signature: votes[0]?.signature }] },
    ],
    ['a path to nowhere', { path: [{ ...step, side: 'up' }] }],
    ['a path that is too long', { path: Array.from({ length: 65 }, () => step) }],
    ['a path over no hash', { path: [{ ...step, hash: 'x' }] }],
  ])('with %s are refused', (_, change) => {
    const bytes = encodeCertificate({ ...certificate, ...change } as Certificate);
    expect(decodeCertificate(bytes)).toMatchObject(refused);
  });

  it('at their bounds are taken', () => {
    const full = {
      ...certificate,
      owner: 'x'.repeat(128),
      ballot: { counter: 0, proposer: 'p'.repeat(128), bootNonce: 'n'.repeat(64) },
      head: { ...head, mark: 'm'.repeat(128), next: setOf(4, ...'abcdefghijklmnop') },
      votes: many.slice(1) as Certificate['votes'],
      path: Array.from({ length: 64 }, (_, at) => ({ ...step, side: at % 2 ? 'left' : 'right' })),
    } as Certificate;
    expect(decodeCertificate(encodeCertificate(full))).toEqual({ ok: true, value: full });
  });

  it('have one way to be written, and an end', () => {
    const padded = [0x18, 0x01];
    const twice = [0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x01];
    const message = (bytes: Uint8Array): string => {
      const result = decodeCertificate(bytes);
      expect(result).toMatchObject(refused);
      return result.ok ? '' : result.error.message;
    };
    for (const bytes of [padded, twice]) expect(message(Uint8Array.from(bytes))).toContain('CBOR');
    expect(message(encode('text'))).toContain('not a certificate');
    expect(message(new Uint8Array(maxCertificateBytes + 1))).toContain('limit');
    expect(message(new Uint8Array(maxCertificateBytes))).toContain('CBOR');
  });
});
