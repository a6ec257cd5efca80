// Checks signatures against the public key that a member id contains. Never throws, never waits, and keeps
// a bounded number of parsed keys, so that strangers with many names cannot fill the memory.
import { createPublicKey, type KeyObject, verify as verifySignature } from 'node:crypto';
import type { Verify } from '@hedgerow/core/crypto';
import type { MemberId } from '@hedgerow/core/membership';
import { peerIdFromString } from '@libp2p/peer-id';

/** Parsed keys that are kept, the least recently used dropped first: some 2 MB. */
const cachedKeys = 4096;

/** Length of an Ed25519 peer id in base58btc. Anything else is refused before it is decoded. */
const memberIdLength = 52;

const signatureLength = 64;

/** SubjectPublicKeyInfo header of an Ed25519 public key (RFC 8410, section 4); the key follows. */
const spkiHeader = Buffer.from('302a300506032b6570032100', 'hex');

/** A `Verify` with a cache of its own. */
export function createVerify(capacity: number = cachedKeys): Verify {
  const cache = new Map<MemberId, KeyObject>();
  return (member, bytes, signature) => {
    if (signature.length !== signatureLength) return false;
    const key = cache.get(member) ?? publicKeyOf(member);
    if (key === undefined) return false;
    cache.delete(member);
    cache.set(member, key);
    if (cache.size > capacity) cache.delete(cache.keys().next().value as MemberId);
    return verifySignature(null, bytes, key, signature);
  };
}

/** Checks Ed25519 signatures (RFC 8032) with one cache for the whole process. */
export const verify: Verify = createVerify();

/**
 * True when this is the one spelling of an Ed25519 member id. A key has other texts too (as a CID); they
 * are refused, or one member could pass for two.
 */
export function isMemberId(text: string): boolean {
  return publicKeyOf(text) !== undefined;
}

function publicKeyOf(member: MemberId): KeyObject | undefined {
  if (member.length !== memberIdLength) return undefined;
  try {
    const id = peerIdFromString(member);
    if (id.type !== 'Ed25519' || id.toString() !== member) return undefined;
    const key = Buffer.concat([spkiHeader, id.publicKey.raw]);
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
