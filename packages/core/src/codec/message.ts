// Direct messages as bytes. Whatever arrives, decoding ends in a message whose every field is checked
// and bounded, or in a refusal; it never throws. Signatures are not checked here: whoever acts on a
// record checks it. Bytes are CBOR (RFC 8949), one map a message, keys named as in `Message`.
import { decode, encode } from 'cborg';
import type { Message } from '../cluster/contract/index.ts';
import { concat, fromHex } from '../crypto/index.ts';
import { encodeEntry, strictCbor } from '../ownership/index.ts';
import type { Update, Vector } from '../replica/types.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { maxFrameBytes } from './fields.ts';
import { maxTextLength, messageShape } from './shapes.ts';

/** What a peer did wrong. */
export type MessageFault = 'message-too-long' | 'message-malformed';

/**
 * The message as one frame. Words for people are cut to fit; anything else that does not fit is our own
 * bug and throws.
 */
export function encodeMessage(message: Message): Uint8Array {
  const bytes = encode(plainOf(message), { ignoreUndefinedProperties: true });
  if (bytes.length <= maxFrameBytes) return bytes;
  throw new Error(`a ${message.type} message of ${bytes.length} bytes is over ${maxFrameBytes}`);
}

/** The message in a frame. Codes: `message-too-long`, `message-malformed`. */
export function decodeMessage(bytes: Uint8Array): Result<Message, Refusal<MessageFault>> {
  if (bytes.length > maxFrameBytes) {
    return refuse(
      'message-too-long',
      `a message of ${bytes.length} bytes, over the limit of ${maxFrameBytes}`,
    );
  }
  let plain: unknown;
  try {
    plain = decode(bytes, strictCbor);
  } catch (error) {
    return refuse('message-malformed', `a message that is not CBOR: ${(error as Error).message}`);
  }
  const parsed = messageShape.safeParse(plain);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'message' : issue.path.join('.');
  return refuse('message-malformed', `a malformed message, at ${where}: ${issue?.message}`);
}

/** An update or a vector as bytes. Those of the plain replica never leave a simulation: our bug, throws. */
export function bytesOf(data: Update | Vector): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw new Error('an update or vector of the plain replica cannot be stored or sent');
}

/** What CBOR carries: records as their own bytes, ids as one run of hashes. */
function plainOf(message: Message): unknown {
  switch (message.type) {
    case 'ack':
      return message.update === undefined
        ? message
        : { ...message, update: bytesOf(message.update) };
    case 'syncUpdate':
      return { ...message, update: bytesOf(message.update) };
    case 'syncVector':
      return { ...message, vector: bytesOf(message.vector) };
    case 'grant':
      return { ...message, record: encodeEntry(message.record) };
    case 'refusal':
      return { ...message, message: message.message.slice(0, maxTextLength) };
    case 'syncIds':
      return { ...message, ids: concat(...message.ids.map(hashBytes)) };
    default:
      return message;
  }
}

function hashBytes(id: string): Uint8Array {
  const bytes = fromHex(id);
  if (bytes === undefined) throw new Error(`an entry id that is not hex: ${id}`);
  return bytes;
}
