import { encode } from 'cborg';
import { describe, expect, test } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import type { MemberBody } from '../membership/types.ts';
import {
  checkEntry,
  decodeEntry,
  encodeEntry,
  entryId,
  maxCertificateBytes,
  maxEntryBytes,
  memberEntryId,
  recordId,
  signMember,
  signRecord,
  signRegister,
  verifyEntry,
} from './index.ts';
import type { RecordBody, RegisterBody, SignedEntry } from './types.ts';

const network = `sha256:${'0'.repeat(64)}`;
const ids = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
const body: RecordBody = {
  network,
  pool: 'default',
  prefix: '10.0.0.0/24',
  version: 3,
  owner: 'bob',
  predecessors: ids,
  kind: 'grant',
};
const memberBody: MemberBody = {
  network,
  member: 'ann',
  sequence: 1,
  name: 'node-a',
  zone: '',
  store: 'store-1',
  nodeAddresses: ['192.0.2.1', '2001:db8::1'],
  dial: ['/ip4/192.0.2.1/tcp/4001'],
};
const record = signRecord(fakeSigner('ann'), body);
const member = signMember(fakeSigner('ann'), memberBody);
const registerBody: RegisterBody = { network, owner: 'bob', certificate: Uint8Array.of(1, 2) };
const register = signRegister(fakeSigner('ann'), registerBody);

function refusal(value: unknown): string {
  const result = checkEntry(value);
  return result.ok ? 'accepted' : result.error.message;
}

describe('ids and signatures', () => {
  test('an id names the fields, whatever order they were written in', () => {
    const turned = Object.fromEntries(Object.entries(body).reverse()) as unknown as RecordBody;
    expect(recordId(turned)).toBe(recordId(body));
    expect(recordId(body)).toBe('c55c5432f30a34d18f1cb0ee01003f16046b84b700da4d2f720518a4f7a59f7d');
  });

  test.each<Partial<RecordBody>>([
    { network: `sha256:${'1'.repeat(64)}` },
    { pool: 'other' },
    { prefix: '10.0.0.0/25' },
    { version: 4 },
    { owner: 'eve' },
    { predecessors: ids.slice(1) },
    { kind: 'coalesce' },
  ])('a changed %o is another record, and its signature no longer holds', (change) => {
    const changed = { ...body, ...change };
    expect(recordId(changed)).not.toBe(recordId(body));
    expect(verifyEntry({ ...record, body: changed }, fakeVerify)).toBe(false);
  });

  test('a signature holds for its writer only', () => {
    expect(verifyEntry(record, fakeVerify)).toBe(true);
    expect(verifyEntry({ ...record, writer: 'eve' }, fakeVerify)).toBe(false);
    expect(verifyEntry(member, fakeVerify)).toBe(true);
    expect(verifyEntry(signMember(fakeSigner('eve'), memberBody), fakeVerify)).toBe(false);
    expect(verifyEntry(register, fakeVerify)).toBe(true);
    expect(verifyEntry({ ...register, writer: 'eve' }, fakeVerify)).toBe(false);
  });

  test('an announcement of another store is another announcement', () => {
    const moved = { ...memberBody, store: 'store-2' };
    expect(memberEntryId(moved)).not.toBe(memberEntryId(memberBody));
    expect(verifyEntry({ ...member, body: moved }, fakeVerify)).toBe(false);
  });

  test('a proof is one entry, whoever published it', () => {
    expect(entryId(signRegister(fakeSigner('eve'), registerBody))).toBe(entryId(register));
  });

  test.each<Partial<RegisterBody>>([
    { network: `sha256:${'1'.repeat(64)}` },
    { owner: 'eve' },
    { certificate: Uint8Array.of(1, 3) },
  ])('a changed %o is another proof, and its signature no longer holds', (change) => {
    const changed = { ...registerBody, ...change };
    expect(entryId({ ...register, body: changed })).not.toBe(entryId(register));
    expect(verifyEntry({ ...register, body: changed }, fakeVerify)).toBe(false);
  });

  test('one body under two writers is one record in two entries', () => {
    const other = signRecord(fakeSigner('eve'), body);
    expect(recordId(other.body)).toBe(recordId(record.body));
    expect(entryId(other)).not.toBe(entryId(record));
    expect(entryId({ ...record, certificate: new Uint8Array(1) })).not.toBe(entryId(record));
    expect(entryId({ ...record, signature: new Uint8Array(64) })).toBe(entryId(record));
  });
});

describe('bytes', () => {
  test.each<SignedEntry>([record, member, register, { ...record, certificate: new Uint8Array(9) }])(
    'what was encoded is decoded',
    (entry) => {
      const decoded = decodeEntry(encodeEntry(entry));
      expect(decoded).toEqual({ ok: true, value: entry });
    },
  );

  test('hostile bytes are refused, never thrown', () => {
    const bytes = encodeEntry(record);
    for (let end = 0; end < bytes.length; end += 1) {
      expect(decodeEntry(bytes.subarray(0, end)).ok).toBe(false);
    }
    expect(decodeEntry(new Uint8Array(maxEntryBytes).fill(0x81)).ok).toBe(false);
    expect(decodeEntry(new Uint8Array(maxEntryBytes + 1)).ok).toBe(false);
    expect(decodeEntry('text').ok).toBe(false);
    expect(decodeEntry(encode(new Map([['__proto__', record]]))).ok).toBe(false);
  });

  test.each<[string, unknown]>([
    ['missing or unknown', { ...record, extra: 1 }],
    ['missing or unknown', { ...member, certificate: new Uint8Array(1) }],
    ['missing or unknown', { ...record, body: { ...body, extra: 1 } }],
    ['missing or unknown', { ...register, certificate: new Uint8Array(1) }],
    ['missing or unknown', { ...register, body: { ...registerBody, extra: 1 } }],
    ['network', { ...register, body: { ...registerBody, network: '' } }],
    ['owner', { ...register, body: { ...registerBody, owner: 'a b' } }],
    ['certificate', { ...register, body: { ...registerBody, certificate: 'text' } }],
    [
      'certificate',
      {
        ...register,
        body: { ...registerBody, certificate: new Uint8Array(maxCertificateBytes + 1) },
      },
    ],
    ['signature', { ...record, signature: new Uint8Array(63) }],
    ['certificate', { ...record, certificate: new Uint8Array(maxCertificateBytes + 1) }],
    ['no known type', { ...record, type: 'pool' }],
    ['somebody else', { ...member, writer: 'eve' }],
    ['writer', { ...record, writer: '' }],
    ['not a map', [record]],
    ['node addresses', { ...member, body: { ...memberBody, nodeAddresses: ['2001:DB8::1'] } }],
    ['dial', { ...member, body: { ...memberBody, dial: new Array(65).fill('/ip4/::') } }],
    ['sequence', { ...member, body: { ...memberBody, sequence: 0 } }],
    ['host name', { ...member, body: { ...memberBody, name: 'two words' } }],
    ['store', { ...member, body: { ...memberBody, store: '' } }],
    ['store', { ...member, body: { ...memberBody, store: 's'.repeat(65) } }],
    ['zone', { ...member, body: { ...memberBody, zone: 'z'.repeat(64) } }],
  ])('refused because of %s', (reason, value) => {
    expect(refusal(value)).toContain(reason);
  });

  test.each<[string, object]>([
    ['network', { network: 'sha256:00' }],
    ['pool', { pool: '../default' }],
    ['canonical', { prefix: '10.0.0.1/24' }],
    ['canonical', { prefix: 'FD00::/64' }],
    ['version', { version: 0 }],
    ['version', { version: 2 ** 48 + 1 }],
    ['version', { version: 1.5 }],
    ['owner', { owner: 'x'.repeat(129) }],
    ['no predecessor', { predecessors: [] }],
    ['has predecessors', { kind: 'genesis' }],
    ['sorted', { predecessors: [ids[1], ids[0]] }],
    ['repeat', { predecessors: [ids[0], ids[0]] }],
    ['not a record id', { predecessors: ['A'.repeat(64)] }],
    ['over 16', { predecessors: Array.from({ length: 17 }, (_, i) => `${i + 10}`.repeat(32)) }],
    ['kind', { kind: 'toString' }],
  ])('a record is refused because of %s', (reason, change) => {
    expect(refusal({ ...record, body: { ...body, ...change } })).toContain(reason);
  });
});
