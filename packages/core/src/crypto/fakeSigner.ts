// Signatures for simulations and tests: deterministic and cheap, and worth nothing against an attacker.
// A fake signature depends on the member and on every byte, so a wrong writer or a changed body is caught.
import type { MemberId } from '../membership/types.ts';
import { equalBytes, signatureLength } from './bytes.ts';
import type { Signer, Verify } from './types.ts';

/** A signer whose signatures `fakeVerify` accepts. 64 bytes, as Ed25519's. */
export function fakeSigner(member: MemberId): Signer {
  return { member, sign: (bytes) => fakeSignature(member, bytes) };
}

/** Accepts exactly what `fakeSigner(member)` signed. */
export const fakeVerify: Verify = (member, bytes, signature) =>
  equalBytes(fakeSignature(member, bytes), signature);

/** Two lanes of FNV-1a (draft-eastlake-fnv) with different offsets, over the member, then the bytes. */
function fakeSignature(member: MemberId, bytes: Uint8Array): Uint8Array {
  const prime = 0x01000193;
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let i = 0; i < member.length; i += 1) {
    low = Math.imul(low ^ member.charCodeAt(i), prime);
    high = Math.imul(high ^ member.charCodeAt(i), prime) ^ (high >>> 15);
  }
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, prime);
    high = Math.imul(high ^ byte, prime) ^ (high >>> 15);
  }
  const signature = new Uint8Array(signatureLength);
  const view = new DataView(signature.buffer);
  for (let offset = 0; offset < signatureLength; offset += 8) {
    view.setUint32(offset, low >>> 0);
    view.setUint32(offset + 4, high >>> 0);
    low = Math.imul(low ^ offset ^ 0xa5, prime);
    high = Math.imul(high ^ low, prime);
  }
  return signature;
}
