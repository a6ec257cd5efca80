/**
 * A digest for simulations: fast, 128 bits wide, and no match for anybody who looks for collisions. Where
 * only chance is at work it tells different inputs apart as SHA-256 does.
 */

/** A function from bytes, a multiple of four, to 32 bytes. */
export type Digest = (bytes: Uint8Array) => Uint8Array;

/** Four lanes in the manner of MurmurHash3 (Austin Appleby, public domain), mixed at the end. */
export const fakeDigest: Digest = (bytes) => {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lanes = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, bytes.length]);
  for (let at = 0; at + 3 < bytes.length; at += 4) {
    const lane = (at >> 2) & 3;
    const before = lanes[lane] as number;
    const mixed = Math.imul(before ^ words.getUint32(at, true), 0xcc9e2d51);
    lanes[lane] = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  }
  const result = new Uint32Array(8);
  for (let at = 0; at < 16; at += 1) {
    const mixed = (lanes[at & 3] as number) ^ ((lanes[(at + 3) & 3] as number) >>> 15);
    lanes[at & 3] = Math.imul(mixed, 0x85ebca6b) + at;
    if (at >= 8) result[at - 8] = lanes[at & 3] as number;
  }
  return new Uint8Array(result.buffer);
};
