export {
  compareBytes,
  concat,
  digestLength,
  equalBytes,
  fromHex,
  sha256Bytes,
  sha256Hex,
  signatureLength,
  toHex,
  utf8,
} from './bytes.ts';
export { type Digest, fakeDigest } from './fakeDigest.ts';
export { fakeSigner, fakeVerify } from './fakeSigner.ts';
export type { Signer, Verify } from './types.ts';
