// What a peer sends: frames of one stream, decoded and handed on one by one. The first frame that is not a
// message ends the stream; frames beyond the limit are never taken into memory.

import type { Message } from '@hedgerow/core/cluster';
import { decodeMessage, maxFrameBytes } from '@hedgerow/core/codec';
import type { Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';

/** Reads until the stream ends. Resolves with the reason when the peer broke the protocol. */
export async function readMessages(
  stream: Stream,
  ready: Promise<boolean>,
  deliver: (message: Message) => void,
): Promise<string | undefined> {
  const frames = lpStream(stream, {
    maxDataLength: maxFrameBytes,
    maxBufferSize: 2 * maxFrameBytes,
  });
  try {
    if (!(await ready)) throw new Error('no stream of our own to this peer');
    for (;;) {
      const decoded = decodeMessage((await frames.read()).subarray());
      if (!decoded.ok) {
        stream.abort(new Error(decoded.error.message));
        return decoded.error.message;
      }
      deliver(decoded.value);
    }
  } catch (error) {
    const { name, message } = error as Error;
    stream.abort(error as Error);
    return name.startsWith('InvalidDataLength') ? message : undefined;
  }
}
