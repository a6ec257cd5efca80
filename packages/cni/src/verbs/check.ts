/**
 * CHECK: the attachment holds one address of each pool, and the result that the runtime keeps says the same.
 * Addresses outside these pools are somebody else's.
 */
import { ok } from '@hedgerow/core';
import { type Address, contains, formatAddress } from '@hedgerow/core/address';
import { parseRequested } from '@hedgerow/core/book';
import { claimsOf, type HeldAddress, heldBy, type OpenPool } from '@hedgerow/core/claims';
import { listAddresses } from '../contract/answer.ts';
import { type CniResult, cniError } from '../contract/errors.ts';
import { badField, isObject, type JsonObject } from '../contract/fields.ts';
import { readAttachment, readRunDir } from '../contract/input.ts';
import { readIpam } from '../contract/ipam.ts';
import { findPlace, ioError, readAgent } from '../runDirectory.ts';
import { readPools } from './pools.ts';
import type { Verb } from './request.ts';

export const check: Verb = ({ port, config }) => {
  const attachment = readAttachment(port, config, { netns: true });
  if (!attachment.ok) return attachment;
  const expected = readPrevious(config);
  if (!expected.ok) return expected;
  const ipam = readIpam(port, config);
  if (!ipam.ok) return ipam;
  const root = readRunDir(config);
  if (!root.ok) return root;
  const place = findPlace(port, root.value);
  if (!place.ok) return place;
  if (place.value === 'absent') return mismatch('it holds nothing: there is no run directory');
  const agent = readAgent(port, root.value);
  if (!agent.ok) return agent;
  const pools = readPools(port, place.value, ipam.value.pools, agent.value);
  if (!pools.ok) return pools;
  const claims = claimsOf(port.files, place.value, attachment.value);
  if (typeof claims === 'string') return ioError('read the attachment', claims);
  const held = heldBy(
    { files: port.files, place: place.value, attachment: attachment.value },
    claims,
  );
  return compare(pools.value, held, expected.value);
};

function compare(
  pools: readonly OpenPool[],
  held: readonly HeldAddress[],
  expected: readonly Address[],
): CniResult<undefined> {
  const has = (list: readonly Address[], address: Address): boolean =>
    list.some((one) => one.family === address.family && one.value === address.value);
  for (const { name, prefix } of pools) {
    const ours = held.filter(({ pool }) => pool === name);
    if (ours.length === 0) return mismatch(`it holds no address of pool ${name}`);
    const first = ours.find(({ address }) => !has(expected, address));
    if (first !== undefined)
      return mismatch(`it holds ${formatAddress(first.address)}, which prevResult does not have`);
    const other = expected.filter((address) => contains(prefix, address));
    const foreign = other.find((address) => !ours.some((one) => has([one.address], address)));
    if (foreign !== undefined)
      return mismatch(`prevResult has ${formatAddress(foreign)}, it holds ${listAddresses(ours)}`);
  }
  return ok(undefined);
}

function mismatch(details: string): ReturnType<typeof cniError> {
  return cniError('mismatch', 'the attachment is not as its result says', details);
}

/** The addresses of `prevResult.ips`. */
function readPrevious(config: JsonObject): CniResult<readonly Address[]> {
  if (config.prevResult === undefined || config.prevResult === null)
    return badField('prevResult', 'there for CHECK');
  const result = config.prevResult;
  if (!isObject(result)) return badField('prevResult', 'an object');
  const ips = result.ips ?? [];
  if (!Array.isArray(ips)) return badField('prevResult.ips', 'a list');
  const addresses: Address[] = [];
  for (const [at, entry] of ips.entries()) {
    const text = isObject(entry) ? entry.address : undefined;
    const parsed = typeof text === 'string' ? parseRequested(text) : undefined;
    if (parsed?.ok !== true) return badField(`prevResult.ips[${at}].address`, 'an address');
    addresses.push(parsed.value);
  }
  return ok(addresses);
}
