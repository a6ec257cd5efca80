// The identity of a node: one Ed25519 key. Guarantees that a key and its member id belong together, and
// that a member id has exactly one spelling.
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Signer } from '@hedgerow/core/crypto';
import type { MemberId } from '@hedgerow/core/membership';
import {
  privateKeyFromProtobuf,
  privateKeyFromRaw,
  privateKeyToProtobuf,
} from '@libp2p/crypto/keys';
import type { Ed25519PrivateKey } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';

/** A node's private key, with the member id that its public half spells. */
export interface AgentKey {
  readonly member: MemberId;
  readonly privateKey: Ed25519PrivateKey;
}

/** Bytes of an Ed25519 seed (RFC 8032, section 5.1.5). */
export const seedLength = 32;

/** PKCS #8 header of an Ed25519 private key (RFC 8410, section 7); the seed follows. */
const pkcs8Header = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A new key from the system's randomness. In memory only: see `writeKey`. */
export function createKey(): AgentKey {
  return keyOf(generateKeyPairSync('ed25519').privateKey);
}

/** The key of a 32-byte seed: equal seeds give equal keys. For tests and simulations. */
export function keyFromSeed(seed: Uint8Array): AgentKey {
  if (seed.length !== seedLength)
    throw new Error(`an Ed25519 seed has 32 bytes, not ${seed.length}`);
  return keyOf(keyObjectOf(seed));
}

/** The member id of a key: a libp2p peer id with the public key inlined, `12D3KooW...`. */
export function memberIdOf(key: Ed25519PrivateKey): MemberId {
  return peerIdFromPrivateKey(key).toString();
}

/** Signs as this key's member, synchronously. */
export function signerOf(key: AgentKey): Signer {
  const object = keyObjectOf(key.privateKey.raw.subarray(0, seedLength));
  return { member: key.member, sign: (bytes) => new Uint8Array(sign(null, bytes, object)) };
}

/** The key as libp2p writes it to disk: the `PrivateKey` protobuf of the peer id specification. */
export function keyToBytes(key: AgentKey): Uint8Array {
  return privateKeyToProtobuf(key.privateKey);
}

/** The key of such bytes, or undefined when they are anything but an Ed25519 key that fits together. */
export function keyFromBytes(bytes: Uint8Array): AgentKey | undefined {
  try {
    const parsed = privateKeyFromProtobuf(bytes);
    if (parsed.type !== 'Ed25519') return undefined;
    const key = keyFromSeed(parsed.raw.subarray(0, seedLength));
    return Buffer.from(key.privateKey.raw).equals(parsed.raw) ? key : undefined;
  } catch {
    return undefined;
  }
}

function keyObjectOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([pkcs8Header, seed]),
    format: 'der',
    type: 'pkcs8',
  });
}

function keyOf(object: KeyObject): AgentKey {
  const { d, x } = object.export({ format: 'jwk' });
  const raw = Buffer.concat([Buffer.from(d ?? '', 'base64url'), Buffer.from(x ?? '', 'base64url')]);
  const privateKey = privateKeyFromRaw(new Uint8Array(raw));
  if (privateKey.type !== 'Ed25519') throw new Error('an Ed25519 key was read as another kind');
  return { member: memberIdOf(privateKey), privateKey };
}
