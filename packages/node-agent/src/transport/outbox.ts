// What waits to be sent to one peer: frames leave in order over one stream, at the pace the peer reads
// them, and what does not fit into the bound is dropped. The protocol above repeats what matters.

import { maxFrameBytes } from '@hedgerow/core/codec';
import type { Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';

/** A queue in front of a stream. */
export interface Outbox {
  /** False when the queue is full: the frame is dropped. */
  push(frame: Uint8Array): boolean;
}

/** Frames over this stream, at most `maxQueuedBytes` of them waiting. */
export function createOutbox(stream: Stream, maxQueuedBytes: number): Outbox {
  const frames = lpStream(stream, { maxDataLength: maxFrameBytes });
  const waiting: Uint8Array[] = [];
  let queuedBytes = 0;
  let pumping = false;

  async function pump(): Promise<void> {
    pumping = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await frames.write(next);
        queuedBytes -= next.length;
      }
    } catch (error) {
      stream.abort(error as Error);
    } finally {
      pumping = false;
    }
  }

  return {
    push: (frame) => {
      if (queuedBytes + frame.length > maxQueuedBytes) return false;
      waiting.push(frame);
      queuedBytes += frame.length;
      if (!pumping) void pump();
      return true;
    },
  };
}
