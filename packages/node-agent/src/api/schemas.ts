/** The shapes of all answers, for the OpenAPI description. Their types are those of the reports. */
import { z } from 'zod';
import type { AddressReport, MapReport, Status, StatusAlarm } from '../report/index.ts';

/** An answer to `POST /v1/tokens`. */
export interface TokenAnswer {
  readonly token: string;
}

/** What every refusal of the API says. */
export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
}

const alarmCodes = {
  dispute: 'dispute',
  'rolled-back': 'rolled-back',
  wiped: 'wiped',
  storage: 'storage',
  clone: 'clone',
  'foreign-network': 'foreign-network',
  frozen: 'frozen',
  forgotten: 'forgotten',
  abstains: 'abstains',
  strays: 'strays',
} as const satisfies { readonly [Code in StatusAlarm['code']]: Code };

const count = z.int().min(0);
const phase = z.enum(['joining', 'ready', 'isolated', 'quarantined', 'leaving']);

const holding = z.object({
  prefix: z.string(),
  version: count,
  use: z.enum(['reserve', 'committed', 'resting']),
  used: count,
  size: count,
});

const poolStatus = z.object({
  name: z.string(),
  prefix: z.string(),
  blockLength: count,
  holdings: z.array(holding),
  free: z.object({ committed: count, reserve: count }),
});

/** `GET /v1/status` */
export const statusSchema: z.ZodType<Status> = z.object({
  member: z.string(),
  name: z.string(),
  network: z.string(),
  state: phase,
  pools: z.array(poolStatus),
  guardians: z.object({
    epoch: count,
    members: z.array(z.string()),
    quorum: count,
    reachable: count,
    connections: z.array(
      z.object({ member: z.string(), name: z.string(), connected: z.boolean() }),
    ),
  }),
  peers: z.array(
    z.object({
      member: z.string(),
      name: z.string(),
      connected: z.boolean(),
      lastHeardMs: z.number().nullable(),
      gone: z.boolean().exactOptional(),
    }),
  ),
  waiting: z.array(
    z.object({
      code: z.string(),
      pool: z.string().exactOptional(),
      member: z.string().exactOptional(),
      message: z.string(),
    }),
  ),
  alarms: z.array(
    z.object({
      code: z.enum(alarmCodes),
      message: z.string(),
    }),
  ),
});

const poolMap = z.object({
  name: z.string(),
  prefix: z.string(),
  blockLength: count,
  pieces: z.array(
    z.object({
      prefix: z.string(),
      version: count,
      owner: z.string(),
      disputed: z.boolean(),
    }),
  ),
  shares: z.array(
    z.object({
      member: z.string(),
      name: z.string(),
      addresses: count,
      share: z.number().min(0).max(1),
    }),
  ),
});

/** `GET /v1/map` */
export const mapSchema: z.ZodType<MapReport> = z.object({
  network: z.string(),
  member: z.string(),
  pools: z.array(poolMap),
});

/** `GET /v1/addresses` */
export const addressesSchema: z.ZodType<readonly AddressReport[]> = z.array(
  z.object({
    address: z.string(),
    pool: z.string(),
    block: z.string(),
    network: z.string(),
    container: z.string(),
    interface: z.string(),
  }),
);

/** `POST /v1/tokens` */
export const tokenSchema: z.ZodType<TokenAnswer> = z.object({ token: z.string() });

/** Every 4xx and 5xx. */
export const errorSchema: z.ZodType<ErrorAnswer> = z.object({
  code: z.string(),
  message: z.string(),
});
