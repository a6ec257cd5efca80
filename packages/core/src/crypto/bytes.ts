// Bytes, hex and SHA-256: the few helpers that the rest of core shares.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** Bytes of an Ed25519 signature (RFC 8032). */
export const signatureLength = 64;

/** Bytes of a SHA-256 digest (FIPS 180-4). */
export const digestLength = 32;

const hexShape = /^(?:[0-9a-f]{2})*$/;

/** SHA-256, 32 bytes. */
export function sha256Bytes(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** Lower-case hex, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}

/** The bytes of lower-case hex, or undefined when the text is anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  return hexShape.test(text) ? hexToBytes(text) : undefined;
}

/** UTF-8 of a text. */
export function utf8(text: string): Uint8Array {
  return utf8ToBytes(text);
}

/** One array of all parts in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts);
}

/** Lexicographic order of bytes, shorter first among equals: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** True when both have the same bytes. Not constant time: never use it on secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}
