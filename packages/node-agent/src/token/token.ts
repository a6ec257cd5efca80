/**
 * A join token: what a newcomer needs to find a cluster and to talk to it, in one line of text.
 *
 * `hedgerow1-` and base64url of CBOR `[network (32 bytes), psk (32 bytes), dial addresses, expiry
 * (seconds since 1970), checksum]`. The checksum is the first 4 bytes of SHA-256 over CBOR of the other
 * four: it finds a token that was cut off or mistyped. It proves nothing: the key in it is the secret.
 */
import { createHash } from 'node:crypto';
import { ok, type Result, refuse } from '@hedgerow/core';
import type { NetworkId } from '@hedgerow/core/membership';
import { decode, encode } from 'cborg';
import { z } from 'zod';

/** The contents of a token. */
export interface JoinToken {
  readonly network: NetworkId;
  /** The cluster's pre-shared key, 32 bytes. Secret. */
  readonly psk: Uint8Array;
  /** Multiaddrs, 1 to 32. */
  readonly dial: readonly string[];
  /** Milliseconds since the epoch, whole seconds. */
  readonly expiresAtMs: number;
}

const mark = 'hedgerow1-';
const maxTokenCharacters = 16 * 1024;

const bytes32 = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32);
const shape = z.tuple([
  bytes32,
  bytes32,
  z.array(z.string().min(1).max(256)).min(1).max(32),
  z.int().min(0),
  z.instanceof(Uint8Array).refine((bytes) => bytes.length === 4),
]);

/** The text of a token. The expiry is rounded down to seconds. */
export function encodeToken(token: JoinToken): string {
  const network = Uint8Array.from(Buffer.from(token.network.replace('sha256:', ''), 'hex'));
  const fields = [network, token.psk, [...token.dial], Math.floor(token.expiresAtMs / 1000)];
  const bytes = encode([...fields, checksum(fields)]);
  return mark + Buffer.from(bytes).toString('base64url');
}

/** Reads a token's text. Refusals: `token-malformed`, `token-version`, `token-truncated`. */
export function decodeToken(text: string): Result<JoinToken> {
  const trimmed = text.trim();
  if (!trimmed.startsWith(mark)) return refuseForeign(trimmed);
  const body = trimmed.slice(mark.length);
  if (trimmed.length > maxTokenCharacters) {
    return refuse('token-malformed', `This token is ${trimmed.length} characters long; none is.`);
  }
  if (!/^[\w-]+$/.test(body)) return refuseTruncated('has characters that no token has');
  const fields = decodeFields(body);
  if (fields === undefined) return refuseTruncated('is incomplete');
  const [network, psk, dial, expiry, sum] = fields;
  if (!Buffer.from(checksum([network, psk, dial, expiry])).equals(sum)) {
    return refuseTruncated('does not match its checksum');
  }
  const id = `sha256:${Buffer.from(network).toString('hex')}`;
  return ok({ network: id, psk, dial, expiresAtMs: expiry * 1000 });
}

/**
 * Whether a token may be used now and here. `network` is the one this node already belongs to, if any.
 * Refusals: `token-expired`, `token-network`.
 */
export function checkToken(
  token: JoinToken,
  now: { readonly nowMs: number; readonly network?: NetworkId | undefined },
): Result<JoinToken> {
  if (now.network !== undefined && now.network !== token.network) {
    return refuse(
      'token-network',
      `This token is of network ${token.network}, but this node already belongs to ${now.network}. ` +
        'A node belongs to one cluster: use a token of that one, or another --state directory.',
    );
  }
  if (now.nowMs > token.expiresAtMs) {
    return refuse(
      'token-expired',
      `This token expired at ${new Date(token.expiresAtMs).toISOString()}. ` +
        'Make a new one on any member with: hedgerow token create',
    );
  }
  return ok(token);
}

function decodeFields(body: string): z.infer<typeof shape> | undefined {
  try {
    const parsed = shape.safeParse(decode(Buffer.from(body, 'base64url'), { strict: true }));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function checksum(fields: readonly unknown[]): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(encode(fields)).digest().subarray(0, 4));
}

function refuseForeign(text: string): Result<never> {
  const version = /^hedgerow(\d+)-/.exec(text)?.[1];
  if (version !== undefined) {
    return refuse(
      'token-version',
      `This token has format ${version}, and this program reads format 1. Use the same release of Hedgerow on all nodes.`,
    );
  }
  return refuse(
    'token-malformed',
    `This is not a join token: those begin with "${mark}". Use the last line that "hedgerow init" or "hedgerow token create" printed.`,
  );
}

function refuseTruncated(what: string): Result<never> {
  return refuse(
    'token-truncated',
    `This token ${what}: it was cut off or mistyped on its way. Copy the whole line again.`,
  );
}
