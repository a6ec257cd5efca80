import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import {
  generateKeyPair,
  generateKeyPairFromSeed,
  privateKeyToProtobuf,
} from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createKey,
  createVerify,
  isMemberId,
  keyFromBytes,
  keyFromSeed,
  keyToBytes,
  loadKey,
  signerOf,
  verify,
  writeKey,
} from './index.ts';

const seed = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const message = new TextEncoder().encode('10.0.0.0/24');

describe('a key', () => {
  it('equals the key that libp2p makes of the same seed', async () => {
    const theirs = await generateKeyPairFromSeed('Ed25519', seed(7));
    const ours = keyFromSeed(seed(7));
    expect(ours.member).toBe(peerIdFromPrivateKey(theirs).toString());
    expect(Buffer.from(keyToBytes(ours))).toEqual(Buffer.from(privateKeyToProtobuf(theirs)));
  });

  it('is new each time', () => {
    expect(createKey().member).not.toBe(createKey().member);
  });

  it('survives its bytes, and nothing else does', async () => {
    const key = createKey();
    expect(keyFromBytes(keyToBytes(key))?.member).toBe(key.member);
    const other = await generateKeyPair('secp256k1');
    expect(keyFromBytes(privateKeyToProtobuf(other))).toBeUndefined();
    for (const length of [0, 1, 20, 67]) {
      expect(keyFromBytes(keyToBytes(key).subarray(0, length))).toBeUndefined();
    }
  });

  it('is refused when its public half belongs to another seed', () => {
    const bytes = Uint8Array.from(keyToBytes(keyFromSeed(seed(1))));
    bytes.set(keyFromSeed(seed(2)).privateKey.raw.subarray(32), bytes.length - 32);
    expect(keyFromBytes(bytes)).toBeUndefined();
  });
});

describe('signing and verifying', () => {
  const signer = signerOf(keyFromSeed(seed(3)));
  const signature = signer.sign(message);

  it('agrees with the public key in the peer id', () => {
    expect(verify(signer.member, message, signature)).toBe(true);
    const raw = peerIdFromString(signer.member).publicKey?.raw ?? new Uint8Array();
    const x = Buffer.from(raw).toString('base64url');
    const jwk = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verifySignature(null, message, jwk, signature)).toBe(true);
  });

  it('is deterministic', () => {
    expect(signer.sign(message)).toEqual(signature);
  });

  it('refuses another member, other bytes, another signature and other lengths', () => {
    const other = keyFromSeed(seed(4)).member;
    expect(verify(other, message, signature)).toBe(false);
    expect(verify(signer.member, message.subarray(1), signature)).toBe(false);
    expect(
      verify(
        signer.member,
        message,
        signature.map((b, i) => (i === 9 ? b ^ 1 : b)),
      ),
    ).toBe(false);
    expect(verify(signer.member, message, signature.subarray(1))).toBe(false);
    expect(verify(signer.member, message, new Uint8Array(0))).toBe(false);
  });

  it('knows one spelling of a member only', () => {
    const id = peerIdFromString(signer.member);
    const texts = [
      '',
      'x',
      id.toCID().toString(),
      ` ${signer.member}`,
      `${signer.member.slice(0, -1)}0`,
    ];
    for (const text of texts) {
      expect(isMemberId(text)).toBe(false);
      expect(verify(text, message, signature)).toBe(false);
    }
    expect(isMemberId(signer.member)).toBe(true);
  });

  it('is right with a cache that is too small for its members', () => {
    const check = createVerify(2);
    const signers = [10, 11, 12, 13].map((n) => signerOf(keyFromSeed(seed(n))));
    for (let round = 0; round < 3; round += 1) {
      for (const s of signers) expect(check(s.member, message, s.sign(message))).toBe(true);
    }
  });
});

describe('a key file', () => {
  let directory = '';
  let path = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hedgerow-key-'));
    path = join(directory, 'key');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const codeOf = (result: ReturnType<typeof loadKey>): string =>
    result.ok ? 'ok' : result.error.code;

  it('is written for its owner alone and read back', () => {
    const key = createKey();
    must(writeKey(path, key));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(must(loadKey(path)).member).toBe(key.member);
  });

  it('is never overwritten', () => {
    const key = createKey();
    must(writeKey(path, key));
    expect(writeKey(path, createKey())).toMatchObject({ ok: false, error: { code: 'key-exists' } });
    expect(must(loadKey(path)).member).toBe(key.member);
  });

  it('that others can read is refused, with the command that repairs it', () => {
    must(writeKey(path, createKey()));
    chmodSync(path, 0o640);
    const result = loadKey(path);
    expect(codeOf(result)).toBe('key-permissions');
    expect(result).toMatchObject({
      error: { message: expect.stringContaining(`chmod 600 ${path}`) },
    });
  });

  it('that is missing, torn or a directory is refused by name', () => {
    expect(codeOf(loadKey(path))).toBe('key-missing');
    writeFileSync(path, keyToBytes(createKey()).subarray(0, 30), { mode: 0o600 });
    expect(codeOf(loadKey(path))).toBe('key-malformed');
    expect(codeOf(loadKey(directory))).toBe('key-malformed');
  });
});
