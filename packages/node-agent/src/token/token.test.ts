import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkToken, decodeToken, encodeToken, type JoinToken } from './token.ts';

const token: JoinToken = {
  network: `sha256:${'ab'.repeat(32)}`,
  psk: new Uint8Array(32).fill(7),
  dial: ['/ip4/127.0.0.1/tcp/4710', '/ip6/::1/tcp/4710'],
  expiresAtMs: 1_700_000_000_000,
};

function codeOf(result: ReturnType<typeof decodeToken>): string {
  return result.ok ? 'accepted' : result.error.code;
}

describe('a token', () => {
  test('comes back as it was, also with white space around it', () => {
    expect(decodeToken(` ${encodeToken(token)}\n`)).toEqual({ ok: true, value: token });
  });

  test('is one word of a shell', () => {
    expect(encodeToken(token)).toMatch(/^hedgerow1-[\w-]+$/);
  });

  test('is refused when cut off anywhere', () => {
    const text = encodeToken(token);
    for (let length = 'hedgerow1-'.length; length < text.length; length++) {
      expect(codeOf(decodeToken(text.slice(0, length)))).toBe('token-truncated');
    }
  });

  test('never comes back different when a character was changed', () => {
    const text = encodeToken(token);
    const position = fc.integer({ min: 0, max: text.length - 1 });
    const character = fc.constantFrom(...'ABCxyz019-_ ');
    fc.assert(
      fc.property(position, character, (at, replacement) => {
        const changed = text.slice(0, at) + replacement + text.slice(at + 1);
        const read = decodeToken(changed);
        // The last base64 character may hold bits that stand for nothing.
        if (read.ok) expect(read.value).toEqual(token);
      }),
    );
  });

  test.each([
    ['hello', 'token-malformed'],
    ['', 'token-malformed'],
    ['hedgerow2-abc', 'token-version'],
    [`hedgerow1-${'A'.repeat(20_000)}`, 'token-malformed'],
    ['hedgerow1-@@@', 'token-truncated'],
  ])('%s is refused', (text, code) => {
    expect(codeOf(decodeToken(text))).toBe(code);
  });
});

describe('using a token', () => {
  test('works before its expiry, on a new node and on one of its network', () => {
    expect(checkToken(token, { nowMs: 0 }).ok).toBe(true);
    expect(checkToken(token, { nowMs: 0, network: token.network }).ok).toBe(true);
  });
  test('is refused after its expiry', () => {
    expect(codeOf(checkToken(token, { nowMs: token.expiresAtMs + 1 }))).toBe('token-expired');
  });
  test('is refused on a node of another network, also when expired', () => {
    const now = { nowMs: Number.MAX_SAFE_INTEGER, network: `sha256:${'cd'.repeat(32)}` };
    expect(codeOf(checkToken(token, now))).toBe('token-network');
  });
});
