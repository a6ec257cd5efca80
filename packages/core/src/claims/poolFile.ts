/** `pool.json`: what a plugin must know of a pool. Written by the agent, read by every ADD. */
import { bitsOf, parseCidr, quote } from '../address/index.ts';
import type { BookPool } from '../book/types.ts';
import type { Pool } from '../membership/types.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { isPoolName, layoutVersion } from './layout.ts';

/** The file, field by field. Gateway and reserved addresses follow from the pool, see the book. */
export interface PoolFile extends Pool {
  readonly layout: number;
  /** How long a freed address is not given again. Milliseconds, 0 to a day. */
  readonly restMs: number;
}

/** A pool as the plugin works with it. */
export interface OpenPool extends BookPool {
  readonly restMs: number;
}

/** A file that is not ours, or one of another version. */
export type FileRefusal = Refusal<'bad-file' | 'other-layout'>;

/** At most so many bytes are read. */
export const maxPoolFileBytes = 4096;
const maxRestMs = 24 * 3_600_000;

export function formatPoolFile(pool: Pool, restMs: number): string {
  const { name, prefix, blockLength, subnet } = pool;
  const file: PoolFile = { layout: layoutVersion, name, prefix, blockLength, subnet, restMs };
  return `${JSON.stringify(file)}\n`;
}

/** Reads and checks the text of a `pool.json`. */
export function parsePoolFile(text: string): Result<OpenPool, FileRefusal> {
  const object = parseLayoutFile('pool.json', text);
  if (!object.ok) return object;
  const { name, prefix, blockLength, subnet, restMs } = object.value;
  const parsed = parseCidr(String(prefix));
  if (typeof name !== 'string' || !isPoolName(name)) return bad('name');
  if (!parsed.ok) return bad('prefix');
  const bits = bitsOf(parsed.value.family);
  const shortest = Math.max(parsed.value.length, bits - 8);
  if (!isWhole(blockLength, shortest, bits)) return bad('blockLength');
  if (subnet !== 'pool' && subnet !== 'block') return bad('subnet');
  if (!isWhole(restMs, 0, maxRestMs)) return bad('restMs');
  return ok({ name, prefix: parsed.value, blockLength, subnet, restMs });
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

function bad(field: string): { readonly ok: false; readonly error: FileRefusal } {
  return refuse(
    'bad-file',
    `pool.json has no valid ${field}: restart the agent, which writes it anew`,
  );
}

/** Parses the JSON object of a file of ours and checks its layout version. */
export function parseLayoutFile(
  what: string,
  text: string,
): Result<Readonly<Record<string, unknown>>, FileRefusal> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse('bad-file', `${what} is not JSON (${quote(text)}): restart the agent`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return refuse('bad-file', `${what} is not a JSON object: restart the agent`);
  const object: Readonly<Record<string, unknown>> = { ...parsed };
  if (!isWhole(object.layout, 1, Number.MAX_SAFE_INTEGER))
    return refuse('bad-file', `${what} has no layout version: restart the agent`);
  if (object.layout === layoutVersion) return ok(object);
  const age = object.layout > layoutVersion ? 'a newer' : 'an older';
  const versions = `layout ${object.layout}, this program knows ${layoutVersion}`;
  return refuse(
    'other-layout',
    `${what} was written by ${age} version (${versions}): use the agent and the plugin of one version`,
  );
}
