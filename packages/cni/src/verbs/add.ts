/** ADD: one address of each pool, all or none. Refused for an attachment that has its addresses. */
import { ok } from '@hedgerow/core';
import { enclosingPrefix, type Prefix } from '@hedgerow/core/address';
import { checkRequested } from '@hedgerow/core/book';
import {
  type AttachContext,
  attach,
  type OpenPool,
  type PoolWish,
  wayToAttachment,
  wayToBlocks,
} from '@hedgerow/core/claims';
import { addAnswer } from '../contract/answer.ts';
import { type CniResult, cniError } from '../contract/errors.ts';
import { readAttachment, readRunDir } from '../contract/input.ts';
import { type IpamConfig, readIpam } from '../contract/ipam.ts';
import { checkPlain, findPlace, readAgent } from '../runDirectory.ts';
import { checkHeard } from './heard.ts';
import { readPools } from './pools.ts';
import { refusalOf } from './refusal.ts';
import type { Verb } from './request.ts';
import { waiter } from './waiter.ts';

export const add: Verb = ({ port, version, config }) => {
  const attachment = readAttachment(port, config, { netns: true });
  if (!attachment.ok) return attachment;
  const ipam = readIpam(port, config);
  if (!ipam.ok) return ipam;
  const root = readRunDir(config);
  if (!root.ok) return root;
  const place = findPlace(port, root.value);
  if (!place.ok) return place;
  if (place.value === 'absent') {
    const details = `${root.value} does not exist; start it with \`hedgerow agent\``;
    return cniError('tryAgain', 'the agent has not been started', details);
  }
  const agent = readAgent(port, root.value);
  if (!agent.ok) return agent;
  const heard = checkHeard(port, agent.value, { never: 'tryAgain', silent: 'tryAgain' });
  if (!heard.ok) return heard;
  const way = [...wayToAttachment(place.value, attachment.value)];
  for (const name of ipam.value.pools) way.push(...wayToBlocks(place.value, name));
  const plain = checkPlain(port, way);
  if (!plain.ok) return plain;
  const pools = readPools(port, place.value, ipam.value.pools, agent.value);
  if (!pools.ok) return pools;
  const wishes = makeWishes(pools.value, ipam.value);
  if (!wishes.ok) return wishes;
  const context: AttachContext = {
    files: port.files,
    place: place.value,
    attachment: attachment.value,
    netns: port.env('CNI_NETNS') ?? '',
    newClaim: () => port.randomId(),
    wallMs: () => port.wallMs(),
    waitForSpace: waiter(port, place.value, ipam.value.waitMs),
  };
  const held = attach(context, wishes.value);
  if (!held.ok) return refusalOf(port, root.value, held.error);
  const given = pools.value.flatMap((pool, at) => {
    const one = held.value[at];
    return one === undefined ? [] : [{ held: one, pool }];
  });
  return ok(addAnswer(version, given, ipam.value));
};

/** One wish for each pool, with the address that is requested of it. */
function makeWishes(pools: readonly OpenPool[], ipam: IpamConfig): CniResult<readonly PoolWish[]> {
  const excluded = [...ipam.excluded, ...gatewayOf(ipam)];
  const requested = checkRequested(pools, ipam.requested, excluded);
  if (!requested.ok) {
    const code = requested.error.code === 'bad-request' ? 'config' : 'requestRefused';
    return cniError(code, 'a requested address cannot be given', requested.error.message);
  }
  return ok(
    pools.map((pool) => {
      const place = requested.value.find((one) => one.pool.name === pool.name);
      return place === undefined
        ? { pool, excluded }
        : { pool, excluded, requested: place.address };
    }),
  );
}

/** A gateway that the configuration names is nobody's address. */
function gatewayOf({ gateway }: IpamConfig): readonly Prefix[] {
  if (gateway === undefined || gateway === 'none') return [];
  return [enclosingPrefix(gateway, gateway.family === 4 ? 32 : 128)];
}
