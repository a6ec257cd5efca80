import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareBytes,
  equalBytes,
  fakeDigest,
  fakeSigner,
  fakeVerify,
  fromHex,
  sha256Bytes,
  sha256Hex,
  signatureLength,
  toHex,
} from './index.ts';

test('hashes and hex are those of Node', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const hash = createHash('sha256').update(bytes);
      expect(sha256Hex(bytes)).toBe(hash.digest('hex'));
      expect(toHex(sha256Bytes(bytes))).toBe(sha256Hex(bytes));
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
});

test.each(['0', 'xx', 'AB', ' 00', '0x00'])('%o is not hex', (text) => {
  expect(fromHex(text)).toBeUndefined();
});

test('bytes compare as Node buffers do', () => {
  const bytes = fc.uint8Array({ maxLength: 4, max: 3 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      expect(equalBytes(a, b)).toBe(Buffer.from(a).equals(b));
    }),
  );
});

test('a fake signature holds for its member and its bytes only', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (body, at, change) => {
      const signature = fakeSigner('ann').sign(body);
      expect(signature).toHaveLength(signatureLength);
      expect(fakeVerify('ann', body, signature)).toBe(true);
      expect(fakeVerify('anm', body, signature)).toBe(false);
      expect(fakeVerify('ann', body, signature.subarray(1))).toBe(false);
      const changed = body.map((byte, i) => (i === at % body.length ? byte ^ change : byte));
      expect(fakeVerify('ann', changed, signature)).toBe(false);
    }),
  );
});

test('the digest for simulations tells all inputs apart that a simulation may meet', () => {
  const seen = new Set<string>();
  for (let length = 4; length <= 64; length += 4) {
    const zeros = new Uint8Array(length);
    seen.add(toHex(fakeDigest(zeros)));
    for (let bit = 0; bit < 8 * length; bit += 1) {
      const bytes = zeros.slice();
      bytes[bit >> 3] = 1 << (bit & 7);
      expect(fakeDigest(bytes)).toHaveLength(32);
      seen.add(toHex(fakeDigest(bytes)));
    }
  }
  expect(seen.size).toBe(16 + 8 * (64 + 4) * 8);
});
