// What waits to be sent to one peer: frames leave in order over one stream, at the pace the peer reads
// them, and what does not fit into the bound is dropped. The protocol above repeats what matters.

import { maxFrameBytes } from '@hedgerow/core/codec';
import type { Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';

/** A queue in front of a stream. */
export interface Outbox {
  /** False when the queue is full: the frame is dropped. */
  push(frame: Uint8Array): boolean;
  /**
   * Sends what waits, ends the stream, and waits until the peer has read it all and ended it too. Gives up
   * when the signal says so.
   */
  close(signal: AbortSignal): Promise<void>;
}

/** Frames over this stream, at most `maxQueuedBytes` of them waiting. */
export function createOutbox(stream: Stream, maxQueuedBytes: number): Outbox {
  const frames = lpStream(stream, { maxDataLength: maxFrameBytes });
  const waiting: Uint8Array[] = [];
  let queuedBytes = 0;
  let pumping = false;
  let pumped: Promise<void> = Promise.resolve();

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
      if (!pumping) pumped = pump();
      return true;
    },
    close: async (signal) => {
      if (stream.status !== 'open') return;
      const closed = new Promise((resolve) => {
        stream.addEventListener('close', resolve, { once: true });
      });
      const giveUp = (): void => stream.abort(new Error('the peer did not read to the end'));
      signal.addEventListener('abort', giveUp, { once: true });
      await pumped;
      await stream.close({ signal }).catch(giveUp);
      await closed;
    },
  };
}
