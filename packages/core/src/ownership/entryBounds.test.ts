// Entries at and just beyond each bound: what is allowed is taken, one more is refused, and bytes have one way
// to be written.
import { encode } from 'cborg';
import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '../crypto/bytes.ts';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import type { MemberBody } from '../membership/types.ts';
import {
  canonicalMemberBytes,
  canonicalRecordBytes,
  checkEntry,
  decodeEntry,
  encodeEntry,
  entryId,
  maxAnnounced,
  maxCertificateBytes,
  maxEntryBytes,
  maxPredecessors,
  maxVersion,
  memberEntryId,
  memberSigningBytes,
  recordSigningBytes,
  signMember,
  signRecord,
  verifyEntry,
} from './index.ts';
import type { RecordBody } from './types.ts';

const network = `sha256:${'0'.repeat(64)}`;
const ids = Array.from({ length: 17 }, (_, i) => `${i + 10}`.repeat(32));
const body: RecordBody = {
  network,
  pool: 'default',
  prefix: '10.0.0.0/24',
  version: 3,
  owner: 'bob',
  predecessors: [ids[0] as string],
  kind: 'grant',
};
const memberBody: MemberBody = {
  network,
  member: 'ann',
  sequence: 1,
  name: 'node-a',
  zone: 'zone-1',
  store: 's1',
  nodeAddresses: ['192.0.2.1'],
  dial: ['/ip4/192.0.2.1/tcp/4001'],
};
const record = signRecord(fakeSigner('ann'), body);
const member = signMember(fakeSigner('ann'), memberBody);

const withBody = (change: object): unknown => ({ ...record, body: { ...body, ...change } });
const announced = (change: object): unknown => ({ ...member, body: { ...memberBody, ...change } });

describe('at its bound', () => {
  test.each<[string, unknown]>([
    ['predecessors', withBody({ predecessors: ids.slice(0, maxPredecessors) })],
    ['version', withBody({ version: maxVersion })],
    ['first version', withBody({ version: 1 })],
    ['pool', withBody({ pool: 'p'.repeat(63) })],
    ['owner', withBody({ owner: 'o'.repeat(128) })],
    ['certificate', { ...record, certificate: new Uint8Array(maxCertificateBytes) }],
    ['zone', announced({ zone: 'z'.repeat(63) })],
    ['no zone and no name', announced({ zone: '', name: '' })],
    ['name', announced({ name: 'n'.repeat(253) })],
    ['dial', announced({ dial: Array.from({ length: maxAnnounced }, () => 'd'.repeat(256)) })],
    [
      'node addresses',
      announced({
        nodeAddresses: Array.from({ length: maxAnnounced }, (_, i) => `2001:db8::${i + 1}`),
      }),
    ],
    ['long address', announced({ nodeAddresses: ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'] })],
    ['long prefix', withBody({ prefix: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff/128' })],
  ])('%s: taken', (_, entry) => {
    expect(checkEntry(entry)).toEqual({ ok: true, value: entry });
  });

  test.each(['genesis', 'pool'])('a %s has no predecessor', (kind) => {
    expect(checkEntry(withBody({ kind, predecessors: [] })).ok).toBe(true);
    expect(checkEntry(withBody({ kind })).ok).toBe(false);
  });

  test.each(['grant', 'coalesce', 'reclaim', 'take-back'])('a %s has one', (kind) => {
    expect(checkEntry(withBody({ kind })).ok).toBe(true);
    expect(checkEntry(withBody({ kind, predecessors: [] })).ok).toBe(false);
  });
});

describe('beyond it', () => {
  test.each<[string, unknown]>([
    ['not a map', null],
    ['not a map', 'text'],
    ['missing or unknown', { ...record, body: null }],
    ['missing or unknown', { ...member, body: [] }],
    ['missing or unknown', announced({ more: 1 })],
    ['missing or unknown', { ...member, body: { ...memberBody, zone: undefined, extra: 1 } }],
    ['missing or unknown', { ...record, body: renamed(body, 'pool', 'pools') }],
    ['network is not', withBody({ network: `x${network}` })],
    ['network is not', withBody({ network: `${network}0` })],
    ['network is not', announced({ network: 'sha256:' })],
    ['pool is not', withBody({ pool: 'p'.repeat(64) })],
    ['pool is not', withBody({ pool: 7 })],
    ['owner is not', withBody({ owner: ['bob'] })],
    ['CIDR', withBody({ prefix: 10 })],
    ['CIDR', withBody({ prefix: ['10.0.0.0/24'] })],
    ['CIDR', withBody({ prefix: `10.0.0.0/${'0'.repeat(60)}` })],
    ['known kind', withBody({ kind: ['grant'] })],
    ['not a list', withBody({ predecessors: 'none' })],
    ['not a list', withBody({ predecessors: { length: 1 } })],
    ['not a record id', withBody({ predecessors: [`0${ids[0]}`] })],
    ['not a record id', withBody({ predecessors: [`${ids[0]}0`] })],
    ['not a record id', withBody({ predecessors: [7] })],
    ['certificate is not', { ...record, certificate: 'votes' }],
    ['2^48', announced({ sequence: maxVersion + 1 })],
    ['node addresses', announced({ nodeAddresses: ['192.0.2.1', 'host'] })],
    ['node addresses', announced({ nodeAddresses: 'host' })],
    ['node addresses', announced({ nodeAddresses: [`${'0'.repeat(46)}`] })],
    ['node addresses', announced({ nodeAddresses: Array.from({ length: 65 }, () => '192.0.2.1') })],
    ['dial', announced({ dial: ['/ip4/192.0.2.1', ''] })],
    ['dial', announced({ dial: ['two words'] })],
    ['dial', announced({ dial: [' /ip4'] })],
    ['dial', announced({ dial: ['/ip4', 7] })],
    ['dial', announced({ dial: ['d'.repeat(257)] })],
    ['zone', announced({ zone: 'two words' })],
    ['name of a member', announced({ name: 'n'.repeat(254) })],
  ])('refused because of "%s"', (reason, entry) => {
    const result = checkEntry(entry);
    expect(result).toMatchObject({ ok: false, error: { code: 'malformed-entry' } });
    expect(result.ok ? '' : result.error.message).toContain(reason);
  });
});

function renamed(from: object, key: string, to: string): object {
  const entries = Object.entries(from).map(([name, value]) => [name === key ? to : name, value]);
  return Object.fromEntries(entries);
}

describe('bytes', () => {
  const refusal = (bytes: unknown): string => {
    const result = decodeEntry(bytes);
    if (result.ok) return 'decoded';
    expect(result.error.code).toBe('malformed-entry');
    return result.error.message;
  };

  test.each<[string, readonly number[]]>([
    ['of unknown length', [0xbf, 0xff]],
    ['that are undefined', [0xf7]],
    ['with one key twice', [0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x01]],
    ['with a number too long for its value', [0x18, 0x01]],
    ['with a number beyond 2^53', [0x1b, 255, 255, 255, 255, 255, 255, 255, 255]],
    ['with infinity', [0xf9, 0x7c, 0x00]],
    ['with no number', [0xf9, 0x7e, 0x00]],
  ])('%s are not decoded', (_, bytes) => {
    expect(refusal(Uint8Array.from(bytes))).toContain('not CBOR');
  });

  test('over the limit are not looked at', () => {
    expect(refusal(new Uint8Array(maxEntryBytes + 1))).toContain('over the limit');
    expect(refusal(new Uint8Array(maxEntryBytes))).toContain('not CBOR');
    expect(refusal([...encodeEntry(record)])).toContain('not bytes');
    expect(refusal(encode('text'))).toContain('not a map');
  });

  test('leave out what is not there', () => {
    const bare = { ...record, certificate: undefined } as unknown as typeof record;
    expect(encodeEntry(bare)).toEqual(encodeEntry(record));
  });
});

describe('names and signatures', () => {
  test('of a record and of an announcement start from different tags', () => {
    const recordTag = utf8('hedgerow/record-signature/1\n');
    const memberTag = utf8('hedgerow/member-signature/1\n');
    expect(recordSigningBytes(body)).toEqual(concat(recordTag, canonicalRecordBytes(body)));
    expect(memberSigningBytes(memberBody)).toEqual(
      concat(memberTag, canonicalMemberBytes(memberBody)),
    );
  });

  test.each<Partial<MemberBody>>([
    { network: `sha256:${'1'.repeat(64)}` },
    { member: 'eve' },
    { sequence: 2 },
    { name: 'other' },
    { zone: '' },
    { nodeAddresses: [] },
    { dial: [] },
  ])('a changed %o is another announcement', (change) => {
    const changed = { ...memberBody, ...change };
    expect(memberEntryId(changed)).not.toBe(memberEntryId(memberBody));
    expect(verifyEntry({ ...member, body: changed }, fakeVerify)).toBe(false);
  });

  test('an announcement is named by its body, a record by its certificate too', () => {
    expect(entryId(member)).toBe(memberEntryId(memberBody));
    const certified = [1, 2].map((byte) => {
      return entryId({ ...record, certificate: Uint8Array.of(byte) });
    });
    expect(new Set([entryId(record), ...certified]).size).toBe(3);
  });

  test('a member is announced by itself alone', () => {
    const byEve = { ...member, writer: 'eve' };
    const signature = fakeSigner('eve').sign(memberSigningBytes(memberBody));
    expect(verifyEntry({ ...byEve, signature }, fakeVerify)).toBe(false);
  });
});
