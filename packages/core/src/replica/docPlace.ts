// A place of the Yjs replica's log. Its entry stays in the doc as bytes and is decoded when somebody asks: decoded
// entries of a large set would take more memory than everything else that the replica keeps of them.
import type { Map as YMap } from 'yjs';
import type { RecordId, SignedEntry } from '../ownership/index.ts';
import { keyOf } from './envelope.ts';
import { openTrusted } from './gate.ts';
import type { Place } from './types.ts';

/** A place whose entry lies in a doc's root map under `keyOf(place)`. */
export class DocPlace implements Place {
  readonly client: number;
  readonly clock: number;
  readonly id: RecordId;
  readonly #root: YMap<Uint8Array>;

  constructor({ client, clock, id }: Place, root: YMap<Uint8Array>) {
    this.client = client;
    this.clock = clock;
    this.id = id;
    this.#root = root;
  }

  get entry(): SignedEntry {
    const { client, clock } = this;
    const key = keyOf(this);
    const value = valueUnder(this.#root, key);
    const place = openTrusted({ client, clock, key, value });
    if (place.ok) return place.value.entry;
    throw new Error(place.error.message);
  }
}

/** What the doc has under the key of an accepted place. */
export function valueUnder(root: YMap<Uint8Array>, key: string): Uint8Array {
  const value = root.get(key);
  if (value === undefined) throw new Error(`the doc lacks ${key}: who else writes to it?`);
  return value;
}
