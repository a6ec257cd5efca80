/**
 * `owners`: which node has which addresses of a pool, as its agent last knew. A hint for messages, nothing
 * is decided by it: text, a line `<prefix> <node>` each, the agent leaves out what does not fit.
 */
import { contains, formatPrefix, parsePrefix } from '../address/index.ts';
import type { Address, Prefix } from '../address/types.ts';
import { poolPath, type RunPlace } from './layout.ts';
import type { FileError, Files } from './types.ts';

/** A node, by name, and a prefix that it has. */
export interface OwnerHint {
  readonly prefix: Prefix;
  readonly name: string;
}

/** At most so many bytes are written and read: some 2,000 prefixes. */
export const maxOwnersBytes = 65_536;

/** Replaces the hints of a pool. Names are cut and stripped of what would break a line. */
export function writeOwners(
  files: Files,
  place: RunPlace,
  pool: string,
  owners: Iterable<OwnerHint>,
): FileError {
  let text = '';
  for (const { prefix, name } of owners) {
    const line = `${formatPrefix(prefix)} ${name.replace(/[^!-~]/g, '?').slice(0, 64)}\n`;
    if (text.length + line.length > maxOwnersBytes) break;
    text += line;
  }
  return files.writeText(`${poolPath(place, pool)}/owners`, text);
}

/** The node that has the address, as far as the hints say. */
export function ownerHint(
  files: Files,
  place: RunPlace,
  pool: string,
  address: Address,
): string | undefined {
  const read = files.readText(`${poolPath(place, pool)}/owners`, maxOwnersBytes);
  if (typeof read === 'string') return undefined;
  for (const line of read.text.split('\n')) {
    const [cidr = '', name = ''] = line.split(' ');
    const prefix = parsePrefix(cidr);
    if (prefix.ok && contains(prefix.value, address) && /^[!-~]{1,64}$/.test(name)) return name;
  }
  return undefined;
}
