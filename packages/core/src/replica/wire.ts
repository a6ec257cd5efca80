// The part of Yjs update V1 that entries need, and nothing else: structs of one binary value each under a
// key of one root map, publishers from high to low, no deletions. Our encoder and decoder are exact inverses and
// agree byte for byte with Yjs 13.6; everything outside this subset is refused before Yjs sees it.
//
// Layout (yjs `src/utils/encoding.js`, `src/structs/Item.js`):
//   update  = uint(publishers) part* uint(0)         -- the last zero: an empty delete set
//   part    = uint(structs) uint(client) uint(first clock) struct*
//   struct  = 0x23 uint(1) text('entries') text(key) buffer(value)
//   0x23    = content 3 (binary) + 0x20 (has a key); no origins, so the parent is written: 1 = by root name
//   vector  = uint(publishers) { uint(client) uint(next clock) }*   -- publishers from high to low
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import {
  maxClock,
  maxKeyBytes,
  maxUpdateBytes,
  maxUpdateEntries,
  maxValueBytes,
  maxVectorBytes,
  maxVectorClients,
} from './limits.ts';

/** Name of the root map that holds the entries. */
export const rootName = 'entries';

const binaryUnderKey = 0x23;
const parentByRootName = 1;
const maxClient = Number.MAX_SAFE_INTEGER;

/** One key and value at its place, as it stands in an update. */
export interface Struct {
  readonly client: number;
  readonly clock: number;
  readonly key: string;
  readonly value: Uint8Array;
}

/** The update with these structs, which must be ordered: clients from high to low, clocks without holes. */
export function encodeUpdate(structs: readonly Struct[]): Uint8Array {
  const parts = new Map<number, Struct[]>();
  for (const struct of structs) {
    const part = parts.get(struct.client);
    if (part === undefined) parts.set(struct.client, [struct]);
    else part.push(struct);
  }
  const writer = new ByteWriter();
  writer.uint(parts.size);
  for (const [client, part] of parts) {
    writer.uint(part.length);
    writer.uint(client);
    writer.uint((part[0] as Struct).clock);
    for (const struct of part) writeStruct(writer, struct);
  }
  writer.uint(0);
  return writer.finish();
}

function writeStruct(writer: ByteWriter, struct: Struct): void {
  writer.byte(binaryUnderKey);
  writer.uint(parentByRootName);
  writer.ascii(rootName);
  writer.ascii(struct.key);
  writer.bytes(struct.value);
}

/** The structs of an update within bounds, in its order; values are views into it. Refusal 'invalid'. */
export function decodeUpdate(bytes: Uint8Array): Result<readonly Struct[], Refusal<'invalid'>> {
  if (bytes.length > maxUpdateBytes) {
    return invalid(`it has ${bytes.length} bytes, and ${maxUpdateBytes} are allowed`);
  }
  const reader = new ByteReader(bytes);
  const structs: Struct[] = [];
  let above = Number.POSITIVE_INFINITY;
  for (let parts = reader.uint(maxUpdateEntries); parts > 0; parts -= 1) {
    const client = readPart(reader, structs);
    if (reader.problem !== undefined) return invalid(reader.problem);
    if (client >= above) return invalid('its publishers are not in order');
    above = client;
  }
  const deletions = reader.byte();
  if (reader.problem !== undefined) return invalid(reader.problem);
  if (deletions !== 0) return invalid('it deletes something');
  if (!reader.done) return invalid('something follows its end');
  return ok(structs);
}

function readPart(reader: ByteReader, structs: Struct[]): number {
  const count = reader.uint(maxUpdateEntries - structs.length);
  if (count === 0) reader.problem ??= 'a publisher has no entries in it';
  const client = reader.uint(maxClient);
  const first = reader.uint(maxClock - count);
  for (let i = 0; i < count && reader.problem === undefined; i += 1) {
    const shape = reader.byte();
    if (shape !== binaryUnderKey) reader.problem ??= `it has a struct of shape ${shape}`;
    const root =
      reader.uint(parentByRootName) === parentByRootName ? reader.ascii(maxKeyBytes) : '';
    if (root !== rootName) reader.problem ??= `it writes outside of '${rootName}'`;
    const key = reader.ascii(maxKeyBytes);
    structs.push({ client, clock: first + i, key, value: reader.bytes(maxValueBytes) });
  }
  return client;
}

/** A Yjs state vector: for each client the first missing clock. */
export function encodeVector(next: ReadonlyMap<number, number>): Uint8Array {
  const writer = new ByteWriter();
  writer.uint(next.size);
  for (const [client, clock] of [...next].sort(([one], [other]) => other - one)) {
    writer.uint(client);
    writer.uint(clock);
  }
  return writer.finish();
}

/** What a state vector within bounds says. Refusal 'invalid'. */
export function decodeVector(
  bytes: Uint8Array,
): Result<ReadonlyMap<number, number>, Refusal<'invalid'>> {
  if (bytes.length > maxVectorBytes) return invalid('it is too long');
  const reader = new ByteReader(bytes);
  const next = new Map<number, number>();
  let above = Number.POSITIVE_INFINITY;
  for (let left = reader.uint(maxVectorClients); left > 0; left -= 1) {
    const client = reader.uint(maxClient);
    const clock = reader.uint(maxClock);
    if (reader.problem !== undefined) break;
    if (client >= above) return invalid('its publishers are not in order');
    above = client;
    next.set(client, clock);
  }
  if (reader.problem !== undefined) return invalid(reader.problem);
  return reader.done ? ok(next) : invalid('something follows its end');
}

function invalid(what: string): { readonly ok: false; readonly error: Refusal<'invalid'> } {
  return refuse(
    'invalid',
    `not an update or vector of this network: ${what}. Nothing was changed; ask the peer that sent it which version it runs.`,
  );
}
