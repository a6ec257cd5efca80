import type { Update, Vector } from './types.ts';

/** The bytes of an encoded update or vector. A plain one here is our own bug: it belongs to simulations. */
export function bytesOf(encoded: Update | Vector): Uint8Array {
  if (encoded instanceof Uint8Array) return encoded;
  throw new Error('a plain update or vector has no bytes; use the Yjs replica on a wire');
}
