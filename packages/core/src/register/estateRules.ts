/**
 * Estates as register values: how one is named, and what guardians and proposers sign.
 *
 * A cell's digest is the hash of a small head, so that a certificate can show what was decided without
 * the estate: which records the votes vouch for, whether the estate is sealed, and who comes next.
 */
import { encode } from 'cborg';
import { concat, sha256Hex, utf8 } from '../crypto/bytes.ts';
import type { Signer, Verify } from '../crypto/types.ts';
import { applyChange } from '../estate/change.ts';
import type { Change } from '../estate/changes.ts';
import type { Estate, GuardianSet } from '../estate/types.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { recordId } from '../ownership/record.ts';
import type { RecordId } from '../ownership/types.ts';
import type { Cell, Digest, Rules, Statement } from './cell.ts';
import { estateBytes } from './estateBytes.ts';
import { merkleRoot } from './merkle.ts';
import { guardianKey } from './quorum.ts';

const cellTag = 'hedgerow/cell/1';
const statementTag = utf8('hedgerow/register-signature/1\n');

/** What a certificate shows of a cell. */
export interface Head {
  readonly version: number;
  readonly mark: string;
  /** Hash of the estate, 64 hex digits. */
  readonly estate: string;
  /** Merkle root over the ids of the records that the votes vouch for. */
  readonly records: string;
  readonly sealed: boolean;
  /** The guardians of the next epoch when this is a Stop. */
  readonly next?: GuardianSet;
}

/** Ids of the records that a register's votes vouch for: nobody but its guardians can. */
export function vouchedRecords(estate: Estate): readonly RecordId[] {
  return estate.outbox
    .filter(({ record }) => record.body.kind === 'reclaim')
    .map(({ record }) => recordId(record.body));
}

/** Hashes of estates, which are never changed: one estate is in many cells, and a cell is named many times. */
const hashes = new WeakMap<Estate, Pick<Head, 'estate' | 'records'>>();

function hashesOf(value: Estate): Pick<Head, 'estate' | 'records'> {
  let known = hashes.get(value);
  if (known === undefined) {
    const estate = sha256Hex(estateBytes(value));
    known = { estate, records: merkleRoot(vouchedRecords(value)) };
    hashes.set(value, known);
  }
  return known;
}

/** The head of a cell. */
export function headOf({ version, mark, value, next }: Cell<Estate>): Head {
  const head = {
    version,
    mark,
    ...hashesOf(value),
    sealed: value.sealed === true,
  };
  return next === undefined ? head : { ...head, next };
}

/** The digest of a cell, from its head alone: 64 hex digits. */
export function digestOfHead(
  network: NetworkId,
  owner: MemberId,
  epoch: number,
  { version, mark, estate, records, sealed, next }: Head,
): Digest {
  const then = next === undefined ? null : [next.epoch, next.members.map(guardianKey).sort()];
  return sha256Hex(
    encode([cellTag, network, owner, epoch, version, mark, estate, records, sealed, then]),
  );
}

/** The bytes behind a signature of a proposer or a guardian. */
export function statementBytes(network: NetworkId, statement: Statement): Uint8Array {
  const { kind, owner, epoch, ballot, digest, guardian } = statement;
  const { counter, proposer, bootNonce } = ballot;
  const who = guardian === undefined ? null : [guardian.member, guardian.store];
  return concat(
    statementTag,
    encode([kind, network, owner, epoch, counter, proposer, bootNonce, digest, who]),
  );
}

/** Rules for estates of one network, signing as one member. */
export function estateRules(
  network: NetworkId,
  signer: Signer,
  verify: Verify,
): Rules<Estate, Change> {
  return {
    apply: (estate, change) => {
      const changed = applyChange(estate, change);
      return changed.ok ? changed.value : undefined;
    },
    move: (estate, guardians) => ({ ...estate, guardians }),
    digest: (owner, epoch, cell) => digestOfHead(network, owner, epoch, headOf(cell)),
    sign: (statement) => signer.sign(statementBytes(network, statement)),
    verify: (member, statement, signature) =>
      verify(member, statementBytes(network, statement), signature),
  };
}
