// A small network for tests of replicas: three founders' worth of records, good, void and contradictory.
import { fakeSigner, fakeVerify, type Signer } from '../crypto/index.ts';
import type { GuardianSet } from '../estate/index.ts';
import type { MemberBody, NetworkId } from '../membership/types.ts';
import {
  type RecordBody,
  recordId,
  type SignedEntry,
  type SignedRecord,
  signMember,
  signRecord,
} from '../ownership/index.ts';
import { certificateOf, proofOf, setOf } from '../register/fixtures.ts';
import { encodeCertificate } from '../register/index.ts';
import { createLedger, type Ledger } from './ledger.ts';

/** The network of all fixtures. */
export const network: NetworkId = `sha256:${'7e'.repeat(32)}`;

/** Who owns all of 10.0.0.0/8 from the start. */
export const founder: Signer = fakeSigner('founder');

const root: RecordBody = {
  network,
  pool: 'default',
  prefix: '10.0.0.0/8',
  version: 1,
  owner: founder.member,
  predecessors: [],
  kind: 'genesis',
};

/** A ledger of the fixtures' genesis. */
export function freshLedger(): Ledger {
  return createLedger({ network, roots: [root], verify: fakeVerify, authorities: [] });
}

/** A grant of the founder's `10.x.y.0/24`, a different one for each `n` below 65,536. */
export function grant(
  n: number,
  owner: string = `member-${n % 5}`,
  writer: Signer = founder,
): SignedEntry {
  return signRecord(writer, {
    network,
    pool: 'default',
    prefix: `10.${n >> 8}.${n & 255}.0/24`,
    version: 2,
    owner,
    predecessors: [recordId(root)],
    kind: 'grant',
  });
}

/** A member's word about itself. */
export function announcement(member: string, sequence: number, name: string = member): SignedEntry {
  const body: MemberBody = {
    network,
    member,
    sequence,
    name,
    zone: '',
    store: 'store',
    nodeAddresses: ['192.0.2.1', '2001:db8::1'],
    dial: ['/ip4/192.0.2.1/tcp/4001'],
  };
  return signMember(fakeSigner(member), body);
}

/** Whose grants are reclaimed. */
const silent = 'silent';

/** Epochs of the register of `silent`; in the second it lied to somebody. */
const epochs = [
  [setOf(1, silent)],
  [setOf(2, 'a', 'b', silent), setOf(2, 'c', 'd', silent)],
  [setOf(3, 'a', 'b', 'c', 'd')],
];

/** A proof about the register of `silent`: the Stops of two epochs, one twice, and a seal. */
export function proof(n: number, publisher: string = 'publisher'): SignedEntry {
  const [set, next] = [
    [epochs[0]?.[0], epochs[1]?.[0]],
    [epochs[1]?.[0], epochs[2]?.[0]],
    [epochs[0]?.[0], epochs[1]?.[1]],
    [epochs[2]?.[0], undefined],
  ][n % 4] as [GuardianSet, GuardianSet | undefined];
  const shown = { network, owner: silent, set, ...(next ? { next } : { sealed: true }) };
  return proofOf(network, certificateOf(shown), publisher);
}

/** What the guardians of `silent` gave to an heir of `grant(n, 'silent')`; for some `n` before proof is there. */
export function reclaim(n: number, heir: string = 'heir'): SignedEntry {
  const { body } = grant(n, silent) as SignedRecord;
  const record = signRecord(fakeSigner(heir), {
    ...body,
    version: 3,
    owner: heir,
    predecessors: [recordId(body)],
    kind: 'reclaim',
  });
  const all = epochs.flat();
  const set = all[n % all.length] as GuardianSet;
  const shown = { network, owner: silent, set, record: recordId(record.body) };
  return { ...record, certificate: encodeCertificate(certificateOf(shown)) };
}

/** Entries of every sort, deterministic by `n`: grants, void and disputed ones, proofs, announcements. */
export function sample(n: number): SignedEntry {
  const entry = samples.get(n) ?? freshSample(n);
  samples.set(n, entry);
  return entry;
}

/** Signing again and again is what takes long in tests. */
const samples = new Map<number, SignedEntry>();

function freshSample(n: number): SignedEntry {
  if (n % 9 === 2) return proof((n - 2) / 9);
  if (n % 9 === 4) return grant(n, silent);
  if (n % 9 === 8) return reclaim(n - 4);
  if (n % 7 === 3) {
    const turn = (n - 3) / 7;
    return announcement(`member-${turn % 2}`, 1 + ((turn >> 1) % 2), `host-${turn}`);
  }
  if (n % 7 === 5) return grant(n, 'thief', fakeSigner('thief'));
  if (n % 7 === 6) return grant(n - 1, 'other-heir');
  return grant(n);
}
