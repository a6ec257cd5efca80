// Canonical bytes of a view: what two replicas with the same records must agree on, byte for byte.
import { encode } from 'cborg';
import type { NetworkId } from '../membership/types.ts';
import type { OwnershipView } from './types.ts';

const tag = 'hedgerow/view/1';

type Readable = Pick<OwnershipView, 'pools' | 'pieces' | 'disputes'>;

/** CBOR (RFC 8949) of the pools in order of names, their pieces in address order, and all disputes. */
export function viewBytes(network: NetworkId, view: Readable): Uint8Array {
  const pools = view.pools.map((pool) => {
    const pieces = Array.from(view.pieces(pool), (piece) => {
      const { prefix, version, owner, record, disputed } = piece;
      return [prefix, version, owner, record, disputed];
    });
    return [pool, pieces];
  });
  const disputes = view.disputes().map(({ pool, prefix, records, signer }) => {
    return [pool, prefix, records, signer];
  });
  return encode([tag, network, pools, disputes]);
}
