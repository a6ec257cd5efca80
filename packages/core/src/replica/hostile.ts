// What a member that lies can put on the wire: updates and vectors in good form with anything in them. For tests
// and simulations of the gate; an honest replica publishes through `prepare` alone.
import type { Signer } from '../crypto/types.ts';
import type { NetworkId } from '../membership/types.ts';
import { encodeEntry, type RecordId, type SignedEntry } from '../ownership/index.ts';
import { clientIdOf, keyOf, sealEnvelope } from './envelope.ts';
import type { Update, Vector } from './types.ts';
import { encodeUpdate, encodeVector } from './wire.ts';

/** Somebody's update with one entry, at the first place of a store of its own, under whatever id. */
export interface Published {
  readonly network: NetworkId;
  readonly signer: Signer;
  readonly storeId: string;
  readonly id: RecordId;
  readonly entry: SignedEntry;
}

/** How one kind of replica encodes what nobody honest would send. */
export interface Encoding {
  update(published: Published): Update;
  vector(next: ReadonlyMap<number, number>): Vector;
}

/** For plain replicas. */
export const plainEncoding: Encoding = {
  update: ({ signer, storeId, id, entry }) => ({
    places: [{ client: clientIdOf(signer.member, storeId), clock: 0, id, entry }],
  }),
  vector: (next) => ({ next }),
};

/** For Yjs replicas: the envelope is signed by who publishes, as the gate wants it. */
export const yjsEncoding: Encoding = {
  update({ network, signer, storeId, id, entry }) {
    const place = { client: clientIdOf(signer.member, storeId), clock: 0, id };
    const value = sealEnvelope(network, signer, storeId, place, encodeEntry(entry));
    return encodeUpdate([{ client: place.client, clock: 0, key: keyOf(place), value }]);
  },
  vector: encodeVector,
};
