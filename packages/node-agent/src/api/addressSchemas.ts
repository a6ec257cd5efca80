/** The shapes of answers about single addresses, for the OpenAPI description. */
import { z } from 'zod';
import type { AddressDetail, AddressHolder, GcReport, ReleaseReport } from '../report/index.ts';

const count = z.int().min(0);

const holder: z.ZodType<AddressHolder> = z.object({
  network: z.string(),
  container: z.string(),
  interface: z.string(),
  claim: z.string(),
  since: z.string().exactOptional(),
  netns: z.string().exactOptional(),
  netnsState: z.enum(['present', 'gone', 'unknown']),
});

/** `GET /v1/address` */
export const addressDetailSchema: z.ZodType<AddressDetail> = z.object({
  address: z.string(),
  pool: z.string().exactOptional(),
  block: z.string().exactOptional(),
  blockState: z.enum(['open', 'draining', 'absent']).exactOptional(),
  reserved: z.string().exactOptional(),
  holder: holder.exactOptional(),
  restLeftMs: count.exactOptional(),
  owner: z
    .object({
      member: z.string(),
      name: z.string(),
      prefix: z.string(),
      version: count,
      disputed: z.boolean(),
      isSelf: z.boolean(),
    })
    .exactOptional(),
});

/** `POST /v1/address/release` */
export const releaseSchema: z.ZodType<ReleaseReport> = z.object({
  address: z.string(),
  pool: z.string(),
  holder,
});

/** `POST /v1/gc` */
export const gcSchema: z.ZodType<GcReport> = z.object({
  dryRun: z.boolean(),
  leaks: z.array(
    z.object({
      address: z.string().exactOptional(),
      pool: z.string().exactOptional(),
      network: z.string(),
      container: z.string(),
      interface: z.string(),
      netns: z.string(),
      state: z.enum(['freed', 'due', 'waiting', 'kept']),
      reason: z.string(),
    }),
  ),
  swept: z.object({ entries: count, leftovers: count }),
});
