import type { MemberId } from '../membership/types.ts';

/** Signs as one member. Ed25519, deterministic (RFC 8032). */
export interface Signer {
  readonly member: MemberId;
  sign(bytes: Uint8Array): Uint8Array;
}

/** True when `signature` over `bytes` is that member's. Never throws; a malformed member id is false. */
export type Verify = (member: MemberId, bytes: Uint8Array, signature: Uint8Array) => boolean;
