// How the Yjs replica publishes: each entry in an envelope that we sign, at the next clock of our client.
import type { Map as YMap } from 'yjs';
import type { Signer, Verify } from '../crypto/index.ts';
import type { NetworkId } from '../membership/types.ts';
import { checkEntry, encodeEntry, type SignedEntry } from '../ownership/index.ts';
import { DocPlace } from './docPlace.ts';
import { keyOf, sealEnvelope } from './envelope.ts';
import { checkSigned } from './gate.ts';
import { maxUpdateBytes, maxUpdateEntries } from './limits.ts';
import type { Packer } from './outgoing.ts';
import type { Place } from './types.ts';
import { encodeUpdate, type Struct } from './wire.ts';

/** Bytes of a struct besides key and value, and, counted with each, of its publisher's part: at most. */
export const structOverhead = 48;

/** What signs and places our own entries. */
export interface Publisher {
  readonly network: NetworkId;
  readonly signer: Signer;
  readonly storeId: string;
  readonly verify: Verify;
  readonly client: number;
}

/** See `Packer`. `root` is the map that will have what was accepted. */
export function yjsPacker(publisher: Publisher, root: YMap<Uint8Array>): Packer {
  return {
    client: publisher.client,
    keep: (place) => new DocPlace(place, root),
    idOf: (entry) => {
      const shape = checkEntry(entry);
      const checked = shape.ok ? checkSigned(entry, publisher) : shape;
      if (checked.ok) return checked.value;
      throw new Error(`about to publish what everybody refuses: ${checked.error.message}`);
    },
    pack: (clock, entries) => pack(publisher, clock, entries),
  };
}

function pack(
  publisher: Publisher,
  first: number,
  entries: ReadonlyMap<string, SignedEntry>,
): { readonly update: Uint8Array; readonly places: readonly Place[] } {
  const { network, signer, storeId, client } = publisher;
  const places: Place[] = [];
  const structs: Struct[] = [];
  let bytes = 0;
  for (const [id, entry] of entries) {
    const place = { client, clock: first + places.length, id, entry };
    const value = sealEnvelope(network, signer, storeId, place, encodeEntry(entry));
    const key = keyOf(place);
    bytes += structOverhead + key.length + value.length;
    if (places.length === maxUpdateEntries || bytes > maxUpdateBytes) break;
    places.push(place);
    structs.push({ client, clock: place.clock, key, value });
  }
  return { update: encodeUpdate(structs), places };
}
