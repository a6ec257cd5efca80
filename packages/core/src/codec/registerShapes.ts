// The shapes of what proposers and guardians of a register say to each other, and of what each keeps on
// disk. Signatures, and whether a seed proves what it claims, are checked by whoever acts on them.
import { z } from 'zod';
import { signatureLength } from '../crypto/index.ts';
import type { Change } from '../estate/changes.ts';
import type { Estate } from '../estate/types.ts';
import type { Cell, Step } from '../register/cell.ts';
import type { AcceptorRecord } from '../register/judge.ts';
import type {
  Accepted,
  Answer,
  Ask,
  Body,
  Equivocation,
  Report,
  Seed,
} from '../register/messages.ts';
import type { Ballot, Versioned, Vote } from '../register/types.ts';
import { change, estate, guardian, guardianSet } from './estateShapes.ts';
import { counter, hash, lastNonce, maxGuardians, member, proposer, signature } from './fields.ts';

const ballot: z.ZodType<Ballot> = z.strictObject({ counter, proposer, bootNonce: lastNonce });

/** Nobody signs what a seed carried in. */
const proposed: z.ZodType<Uint8Array> = z
  .instanceof(Uint8Array)
  .refine((bytes) => [0, signatureLength].includes(bytes.length), `${signatureLength} bytes`);

const mark = z.string().regex(/^[!-~]{0,128}$/, 'up to 128 characters');
const next = z.exactOptional(guardianSet);

const cell: z.ZodType<Cell<Estate>> = z.strictObject({
  version: counter,
  mark,
  value: estate,
  next,
});
const step: z.ZodType<Step<Change>> = z.strictObject({ changes: z.array(change), mark, next });

const body: z.ZodType<Body<Estate, Change>> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keep') }),
  z.strictObject({ kind: z.literal('step'), parent: hash, step }),
  z.strictObject({ kind: z.literal('whole'), cell }),
]);

const head = { ballot, digest: hash, signature: proposed };
const report: z.ZodType<Report<Estate>> = z.strictObject({ ...head, cell: z.exactOptional(cell) });
const accepted: z.ZodType<Accepted<Estate>> = z.strictObject({ ...head, cell });

const vote: z.ZodType<Vote> = z.strictObject({ guardian, signature });
const seed: z.ZodType<Seed<Estate>> = z.strictObject({
  from: guardianSet,
  stop: cell,
  ballot,
  votes: z.array(vote).max(maxGuardians),
});

const equivocation: z.ZodType<Equivocation> = z.strictObject({
  ballot,
  digests: z.tuple([hash, hash]),
  signatures: z.tuple([proposed, proposed]),
});

const about = { owner: member, epoch: counter };

/** From a proposer to a guardian. */
export const ask: z.ZodType<Ask<Estate, Change>> = z.discriminatedUnion('type', [
  z.strictObject({
    ...about,
    type: z.literal('prepare'),
    ballot,
    has: z.string().regex(/^([0-9a-f]{64})?$/, '64 hex digits, or nothing'),
  }),
  z.strictObject({ ...about, type: z.literal('accept'), ballot, digest: hash, signature, body }),
  z.strictObject({
    ...about,
    type: z.literal('enlist'),
    set: guardianSet,
    previous: guardianSet,
  }),
  z.strictObject({ ...about, type: z.literal('seed'), seed }),
  z.strictObject({ ...about, type: z.literal('freeze'), proof: equivocation }),
]);

const from = { ...about, guardian };

/** From a guardian to a proposer. */
export const answer: z.ZodType<Answer<Estate>> = z.discriminatedUnion('type', [
  z.strictObject({
    ...from,
    type: z.literal('promise'),
    ballot,
    accepted: report,
    heard: z.exactOptional(z.literal(true)),
  }),
  z.strictObject({ ...from, type: z.literal('accepted'), ballot, digest: hash, signature }),
  z.strictObject({
    ...from,
    type: z.literal('refused'),
    of: z.enum(['prepare', 'accept', 'enlist', 'seed']),
    ballot,
    because: z.enum(['promised', 'lacks', 'unseeded', 'abstains', 'nonce', 'heard', 'invalid']),
    promised: ballot,
  }),
  z.strictObject({ ...from, type: z.literal('ready') }),
  z.strictObject({ ...from, type: z.literal('seeded') }),
  z.strictObject({ ...from, type: z.literal('frozen'), proof: equivocation }),
]);

/** The register of an owner that keeps it itself, as its database has it. */
export const versioned: z.ZodType<Versioned> = z.strictObject({ ballot, estate });

/** What a guardian's database has of one register and epoch. */
export const acceptorRecord: z.ZodType<AcceptorRecord<Estate>> = z.strictObject({
  owner: member,
  guardian,
  set: guardianSet,
  previous: guardianSet,
  ready: z.boolean(),
  promised: ballot,
  accepted: z.exactOptional(accepted),
  abstains: z.exactOptional(z.string()),
  frozen: z.exactOptional(equivocation),
});
