/**
 * An operator's word about a register that has no quorum left, signed by an authority of the cluster.
 *
 * Two kinds. Owner and heir differ: the owner is gone for good, and the heir has what the records say. Owner and
 * heir are one: the owner lives and lost its guardians; `next`, its own store, keeps its register from then on.
 *
 * Guarantees: believed only under the signature of an authority that the genesis names; it vouches for no
 * record but those in its tree, and for those only as the heir's, out of what the owner had.
 */
import { encode } from 'cborg';
import { concat, utf8 } from '../crypto/bytes.ts';
import type { Signer, Verify } from '../crypto/types.ts';
import type { GuardianSet } from '../estate/types.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { recordId } from '../ownership/record.ts';
import type { RecordBody, RecordId } from '../ownership/types.ts';
import { isOnPath, type MerklePath, merkleRoot } from './merkle.ts';
import { guardianKey } from './quorum.ts';

const signingTag = utf8('hedgerow/override-signature/1\n');

/** What an authority signs. */
export interface OverrideBody {
  readonly owner: MemberId;
  /** The last epoch of the owner's register that was known. */
  readonly epoch: number;
  readonly heir: MemberId;
  /** Merkle root over the ids of the records that hand on what the owner had. */
  readonly records: string;
  /** The owner's own store, as the guardian of the epoch after: only where owner and heir are one. */
  readonly next?: GuardianSet;
}

/** The signed word; beside a record with the path that leads to it. */
export interface Override extends OverrideBody {
  readonly kind: 'override';
  readonly authority: MemberId;
  readonly signature: Uint8Array;
  readonly path?: MerklePath;
}

/** The bytes behind an authority's signature. */
export function overrideBytes(network: NetworkId, body: OverrideBody): Uint8Array {
  const { owner, epoch, heir, records, next } = body;
  const then = next === undefined ? null : [next.epoch, next.members.map(guardianKey).sort()];
  return concat(signingTag, encode([network, owner, epoch, heir, records, then]));
}

/** The owner is gone, the heir has these records. */
export function signOverride(
  network: NetworkId,
  signer: Signer,
  given: Omit<OverrideBody, 'records'> & { readonly records: readonly RecordId[] },
): Override {
  const body = { ...given, records: merkleRoot(given.records) };
  const signature = signer.sign(overrideBytes(network, body));
  return { kind: 'override', ...body, authority: signer.member, signature };
}

/** Did an authority sign this, and does it make sense? */
export function isOverrideValid(
  network: NetworkId,
  verify: Verify,
  authorities: readonly MemberId[],
  override: Override,
): boolean {
  const { owner, epoch, heir, next, authority, signature } = override;
  if (!authorities.includes(authority) || (owner === heir) !== (next !== undefined)) return false;
  if (next !== undefined && !isOwnStore(owner, epoch, next)) return false;
  return verify(authority, overrideBytes(network, override), signature);
}

function isOwnStore(owner: MemberId, epoch: number, next: GuardianSet): boolean {
  const [only, ...others] = next.members;
  return next.epoch === epoch + 1 && only?.member === owner && others.length === 0;
}

/** Is this record among those that the override, believed already, hands to the heir? */
export function overrideVouches({ heir, records, path }: Override, body: RecordBody): boolean {
  if (body.kind !== 'reclaim' || body.owner !== heir || path === undefined) return false;
  return isOnPath(records, recordId(body), path);
}
