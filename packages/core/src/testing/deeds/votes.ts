/** A liar's own register: it has the only vote there, and can have it vouch for anything. */
import type { NetworkId } from '../../membership/types.ts';
import { recordId, signRecord } from '../../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../../ownership/types.ts';
import {
  digestOfHead,
  encodeCertificate,
  merklePath,
  merkleRoot,
  statementBytes,
} from '../../register/index.ts';
import type { SimNode } from '../node.ts';

/** This theft as a take-over, which the liar's register vouches for as if its own addresses were meant. */
export function vouchedTheft(liar: SimNode, network: NetworkId, theft: RecordBody): SignedRecord {
  const body: RecordBody = { ...theft, owner: liar.member, kind: 'reclaim' };
  const record = recordId(body);
  const head = {
    version: 1,
    mark: '',
    estate: '0'.repeat(64),
    records: merkleRoot([record]),
    sealed: false,
  };
  const { member: owner } = liar;
  const epoch = 1;
  const ballot = { counter: 1, proposer: owner, bootNonce: 'lie' };
  const guardian = { member: owner, store: liar.disk.storeId };
  const digest = digestOfHead(network, owner, epoch, head);
  const statement = { kind: 'vote' as const, owner, epoch, ballot, digest, guardian };
  const signature = liar.signer.sign(statementBytes(network, statement));
  const path = merklePath([record], record);
  const bare = { owner, epoch, ballot, head, votes: [{ guardian, signature }] };
  const certificate = encodeCertificate(path === undefined ? bare : { ...bare, path });
  return { ...signRecord(liar.signer, body), certificate };
}
