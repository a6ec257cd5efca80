// A small network for tests of replicas: three founders' worth of records, good, void and contradictory.
import { fakeSigner, fakeVerify, type Signer } from '../crypto/index.ts';
import type { MemberBody, NetworkId } from '../membership/types.ts';
import {
  type RecordBody,
  recordId,
  type SignedEntry,
  signMember,
  signRecord,
} from '../ownership/index.ts';
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
  return createLedger({ network, roots: [root], verify: fakeVerify });
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

/** Entries of every sort, deterministic by `n`: grants, void ones, disputed ones, announcements. */
export function sample(n: number): SignedEntry {
  if (n % 7 === 3) {
    const turn = (n - 3) / 7;
    return announcement(`member-${turn % 2}`, 1 + ((turn >> 1) % 2), `host-${turn}`);
  }
  if (n % 7 === 5) return grant(n, 'thief', fakeSigner('thief'));
  if (n % 7 === 6) return grant(n - 1, 'other-heir');
  return grant(n);
}
