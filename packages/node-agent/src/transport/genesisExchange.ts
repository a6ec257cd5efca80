// How a newcomer gets the genesis: it names the network that its token is for, and the sponsor answers with
// the genesis document or with the network that it is in. One question and one answer a stream.
import { createHash } from 'node:crypto';
import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';
import type { NetworkId } from '@hedgerow/core/membership';
import type { Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';
import type { DialFault } from './types.ts';

/** Longest genesis that is sent or taken. */
export const maxGenesisBytes: number = 256 * 1024;

const maxNetworkIdBytes = 128;
const exchangeTimeoutMs = 3000;

/** First byte of an answer. */
const answers = { genesis: 0, otherNetwork: 1 } as const;

/** The sponsor's side of one stream. Never throws. */
export async function answerGenesis(
  stream: Stream,
  network: NetworkId,
  genesis: Uint8Array,
): Promise<void> {
  try {
    const signal = AbortSignal.timeout(exchangeTimeoutMs);
    const frames = lpStream(stream, { maxDataLength: maxNetworkIdBytes, maxBufferSize: 1024 });
    const asked = Buffer.from((await frames.read({ signal })).subarray()).toString();
    const answer =
      asked === network
        ? Buffer.concat([Buffer.of(answers.genesis), genesis])
        : Buffer.concat([Buffer.of(answers.otherNetwork), Buffer.from(network)]);
    await frames.write(answer, { signal });
    await stream.close({ signal });
  } catch (error) {
    stream.abort(error as Error);
  }
}

/** The newcomer's side: the genesis whose hash is this network. Codes: `other-network`, `not-hedgerow`. */
export async function askGenesis(
  stream: Stream,
  network: NetworkId,
): Promise<Result<Uint8Array, Refusal<DialFault>>> {
  try {
    const signal = AbortSignal.timeout(exchangeTimeoutMs);
    const frames = lpStream(stream, { maxDataLength: maxGenesisBytes + 1 });
    await frames.write(new TextEncoder().encode(network), { signal });
    const answer = (await frames.read({ signal })).subarray();
    await stream.close({ signal });
    const body = answer.slice(1);
    if (answer[0] === answers.otherNetwork)
      return otherNetwork(Buffer.from(body).toString(), network);
    if (answer[0] === answers.genesis && networkOf(body) === network) return ok(body);
    return refuse('not-hedgerow', 'the sponsor sent a genesis that is not the one of this network');
  } catch (error) {
    stream.abort(error as Error);
    return refuse('not-hedgerow', `the sponsor did not answer: ${(error as Error).message}`);
  }
}

function otherNetwork(theirs: string, ours: NetworkId): Result<never, Refusal<DialFault>> {
  return refuse(
    'other-network',
    `other network: the agent there is in ${theirs.slice(0, 23)}..., and this node's is ` +
      `${ours.slice(0, 23)}... Clusters born separately never mix; use a token of the right one.`,
  );
}

function networkOf(genesis: Uint8Array): NetworkId {
  return `sha256:${createHash('sha256').update(genesis).digest('hex')}`;
}
