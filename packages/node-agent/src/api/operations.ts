/** What the local API can do: one table, from which the server and the OpenAPI description are made. */
import { ok, refuse } from '@hedgerow/core';
import { z } from 'zod';
import { addressDetailSchema, gcSchema, releaseSchema } from './addressSchemas.ts';
import { departures } from './departures.ts';
import type { Operation } from './operation.ts';
import { addressesSchema, mapSchema, statusSchema, tokenSchema } from './schemas.ts';

const nothing = z.strictObject({});
const whichPool = z.strictObject({ pool: z.string().min(1).max(63).optional() });
const whichAddress = z.strictObject({ address: z.string().min(2).max(64) });
const release = z.strictObject({
  address: z.string().min(2).max(64),
  force: z.boolean().optional(),
});
const collect = z.strictObject({ dryRun: z.boolean().optional() });
const tokenWish = z.strictObject({
  ttlSeconds: z
    .int()
    .min(1)
    .max(365 * 86_400)
    .optional(),
});

/** All operations. */
export const operations: readonly Operation[] = [
  {
    id: 'getStatus',
    method: 'GET',
    path: '/v1/status',
    summary: 'This node: its pools, blocks and peers, what it waits for and why',
    input: nothing,
    output: statusSchema,
    run: (agent) => ok(agent.status()),
  },
  {
    id: 'getMap',
    method: 'GET',
    path: '/v1/map',
    summary: 'Who owns what, as far as this node knows',
    input: whichPool,
    output: mapSchema,
    run(agent, input) {
      const { pool } = input as z.infer<typeof whichPool>;
      const report = agent.map(pool);
      if (pool === undefined || report.pools.length > 0) return ok(report);
      const names = agent.map().pools.map(({ name }) => name);
      return refuse('unknown-pool', `No pool is named "${pool}". There are: ${names.join(', ')}.`);
    },
  },
  {
    id: 'listAddresses',
    method: 'GET',
    path: '/v1/addresses',
    summary: 'Addresses that are held on this node',
    input: nothing,
    output: addressesSchema,
    run: (agent) => ok(agent.addresses()),
  },
  {
    id: 'showAddress',
    method: 'GET',
    path: '/v1/address',
    summary: 'All that this node knows about an address',
    input: whichAddress,
    output: addressDetailSchema,
    run: (agent, input) => agent.showAddress((input as z.infer<typeof whichAddress>).address),
  },
  {
    id: 'releaseAddress',
    method: 'POST',
    path: '/v1/address/release',
    summary: 'Free what holds an address on this node; refused while its container may use it',
    input: release,
    output: releaseSchema,
    run(agent, input) {
      const { address, force } = input as z.infer<typeof release>;
      return agent.releaseAddress(address, force);
    },
  },
  {
    id: 'collectGarbage',
    method: 'POST',
    path: '/v1/gc',
    summary: 'Look now for addresses whose container is gone, and free those that are for sure',
    input: collect,
    output: gcSchema,
    run: async (agent, input) =>
      ok(await agent.collectGarbage((input as z.infer<typeof collect>).dryRun)),
  },
  {
    id: 'createToken',
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Make a join token',
    input: tokenWish,
    output: tokenSchema,
    run(agent, input) {
      const { ttlSeconds } = input as z.infer<typeof tokenWish>;
      const token = agent.createToken(ttlSeconds === undefined ? undefined : ttlSeconds * 1000);
      return token.ok ? ok({ token: token.value }) : token;
    },
  },
  ...departures,
];
