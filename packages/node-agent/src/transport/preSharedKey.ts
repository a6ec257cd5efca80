// The cluster's pre-shared key in front of every connection (libp2p private networks), with a proof that
// both sides have the same one. Without the proof a wrong key shows as noise, and as a time-out seconds
// later; with it both sides know within one round trip.
import type { ConnectionProtector, MessageStream } from '@libp2p/interface';
import { preSharedKey } from '@libp2p/pnet';
import { byteStream } from '@libp2p/utils';

/** How long the other side may take for the first bytes. */
const handshakeTimeoutMs = 2000;

/**
 * What each side sends first under the key. It tells mistakes apart and proves nothing against an
 * attacker, who could echo it; what keeps attackers out is the encryption and the handshake after it.
 */
const proof: Uint8Array = new TextEncoder().encode('hedgerow/key-proof/1\n');

/** The two sides have different pre-shared keys. */
export class WrongKeyError extends Error {
  override name = 'WrongKeyError';
}

/** The other side accepted the connection and then said nothing, or hung up. */
export class NoHandshakeError extends Error {
  override name = 'NoHandshakeError';
}

/** A protector for `createLibp2p`. `onWrongKey` gets the address of whoever came with another key. */
export function provenKey(
  psk: Uint8Array,
  onWrongKey: (address: string) => void,
): () => ConnectionProtector {
  const protector = preSharedKey({ psk: swarmKey(psk) })();
  return () => ({
    protect: async (connection, options) => {
      const signals = [AbortSignal.timeout(handshakeTimeoutMs)];
      if (options?.signal !== undefined) signals.push(options.signal);
      const signal = AbortSignal.any(signals);
      const theirs = await exchangeProofs(protector, connection, signal);
      if (Buffer.from(theirs.proof).equals(proof)) return theirs.stream;
      onWrongKey(addressOf(connection));
      throw new WrongKeyError('the other side has another pre-shared key');
    },
  });
}

interface Proven {
  readonly stream: MessageStream;
  readonly proof: Uint8Array;
}

async function exchangeProofs(
  protector: ConnectionProtector,
  connection: MessageStream,
  signal: AbortSignal,
): Promise<Proven> {
  try {
    const bytes = byteStream(await protector.protect(connection, { signal }));
    const [theirs] = await Promise.all([
      bytes.read({ bytes: proof.length, signal }),
      bytes.write(proof, { signal }),
    ]);
    return { stream: bytes.unwrap(), proof: theirs.subarray() };
  } catch (error) {
    throw new NoHandshakeError(
      `no handshake under the pre-shared key: ${(error as Error).message}`,
    );
  }
}

/** Where a raw connection comes from. */
function addressOf(connection: MessageStream): string {
  const { remoteAddr } = connection as { remoteAddr?: unknown };
  return remoteAddr === undefined ? 'an unknown address' : String(remoteAddr);
}

/** The key as libp2p's private networks write it in `swarm.key`. */
function swarmKey(psk: Uint8Array): Uint8Array {
  const hex = Buffer.from(psk).toString('hex');
  return new TextEncoder().encode(`/key/swarm/psk/1.0.0/\n/base16/\n${hex}\n`);
}
