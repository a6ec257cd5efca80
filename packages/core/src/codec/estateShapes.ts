// The shapes of estates and of what changes them, as they travel to guardians and lie on disks. What passes
// equals what was written, field by field: the hash that names an estate does not change on the way.
import { z } from 'zod';
import type { Change, Numbered } from '../estate/changes.ts';
import type { Estate, Guardian, GuardianSet, Holding, OutboxEntry } from '../estate/types.ts';
import {
  counter,
  hash,
  lastNonce,
  maxGuardians,
  member,
  nonce,
  pool,
  prefix,
  record,
} from './fields.ts';

export const guardian: z.ZodType<Guardian> = z.strictObject({ member, store: nonce });

/** Nobody means the owner's own store. */
export const guardianSet: z.ZodType<GuardianSet> = z.strictObject({
  epoch: counter,
  members: z.array(guardian).max(maxGuardians),
});

const holding: z.ZodType<Holding> = z.strictObject({
  pool,
  prefix,
  version: counter,
  record: hash,
  use: z.enum(['reserve', 'committed', 'resting']),
});

const numbered = { to: member, counter, record };
const rest = z.exactOptional(z.literal(true));
const outboxEntry: z.ZodType<OutboxEntry> = z.strictObject({ ...numbered, rest });
const counters = z.record(member, counter);

/** All that one member owns. */
export const estate: z.ZodType<Estate> = z.strictObject({
  member,
  holdings: z.array(holding),
  out: counters,
  in: counters,
  outbox: z.array(outboxEntry),
  guardians: guardianSet,
  bootNonce: lastNonce,
  sealed: z.exactOptional(z.literal(true)),
  shut: z.exactOptional(z.array(member).min(1)),
  unpublished: z.exactOptional(z.array(record).min(1)),
});

const onward: z.ZodType<Numbered> = z.strictObject(numbered);
const heir = { to: member, counter, records: z.array(record) };
const block = { pool, block: prefix };

/** One change of an estate. Whether it applies is `applyChange`'s question. */
export const change: z.ZodType<Change> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('boot'), bootNonce: nonce }),
  z.strictObject({ kind: z.literal('commit'), ...block }),
  z.strictObject({ kind: z.literal('release'), ...block }),
  z.strictObject({ kind: z.literal('grant'), ...numbered }),
  z.strictObject({ kind: z.literal('accept'), from: member, counter, record, rest }),
  z.strictObject({ kind: z.literal('acknowledged'), to: member, counter }),
  z.strictObject({ kind: z.literal('reclaim'), ...heir }),
  z.strictObject({ kind: z.literal('seal'), ...heir, now: z.exactOptional(z.literal(true)) }),
  z.strictObject({ kind: z.literal('takeBack'), ...numbered, onward: z.exactOptional(onward) }),
  z.strictObject({ kind: z.literal('rested'), pool, prefix }),
  z.strictObject({ kind: z.literal('prune'), member }),
  z.strictObject({ kind: z.literal('shut'), member }),
  z.strictObject({
    kind: z.literal('inherit'),
    from: member,
    counter,
    records: z.array(record).min(1),
    rest,
  }),
  z.strictObject({ kind: z.literal('published'), records: z.array(hash) }),
]);
