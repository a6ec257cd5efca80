// The few calls of the Container Runtime Interface (CRI, runtime.v1) that a pod's network needs, as the
// kubelet makes them: gRPC, which is HTTP/2 with length-prefixed Protocol Buffers, on a Unix socket.

import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { connect as connectSocket } from 'node:net';

/** One field of a message: its number in the .proto file, and a string or the fields of a message. */
export type Field = readonly [number: number, value: string | readonly Field[]];

/** Open until `close`. */
export interface CriClient {
  /** Calls `RuntimeService/RunPodSandbox` and the like. Rejects with what the runtime says. */
  call(method: string, ...fields: readonly Field[]): Promise<Buffer>;
  close(): void;
}

/** Connects to the socket of a container runtime. */
export function createCriClient(socketPath: string): CriClient {
  const session = connect('http://localhost', {
    createConnection: () => connectSocket(socketPath),
  });
  // Each call fails by itself.
  session.on('error', () => {});
  return {
    call: (method, ...fields) => call(session, `/runtime.v1.${method}`, encode(fields)),
    close: () => session.destroy(),
  };
}

/** The string in field 1, which is all that the answers to these calls consist of. */
export function firstString(message: Buffer): string {
  if (message[0] !== tagOf(1)) throw new Error(`no field 1 in ${message.toString('hex')}`);
  return message.toString('utf8', 2, 2 + (message[1] ?? 0));
}

function call(session: ClientHttp2Session, path: string, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let status: unknown;
    let why: unknown;
    const note = (headers: Readonly<Record<string, unknown>>): void => {
      status = headers['grpc-status'] ?? status;
      why = headers['grpc-message'] ?? why;
    };
    stream.on('response', note).on('trailers', note);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      // A frame begins with one byte of flags and four of length.
      if (status === '0') resolve(Buffer.concat(chunks).subarray(5));
      else reject(new Error(`${path}: gRPC status ${status}: ${why}`));
    });
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([prefix, message]));
  });
}

function encode(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) => {
      const bytes = typeof value === 'string' ? Buffer.from(value) : encode(value);
      // One byte holds lengths to 127: names and identifiers are not longer.
      if (bytes.length > 127) throw new Error('too long for this encoder');
      return Buffer.concat([Buffer.from([tagOf(number), bytes.length]), bytes]);
    }),
  );
}

/** Wire type 2: a length and that many bytes. */
function tagOf(number: number): number {
  return (number << 3) | 2;
}
