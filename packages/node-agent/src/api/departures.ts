/** Operations on members that go. */
import { ok } from '@hedgerow/core';
import { z } from 'zod';
import { forgetSchema, leaveSchema } from './departureSchemas.ts';
import type { Operation } from './operation.ts';

const text = z.string().min(1).max(253);
const whichMember = z.strictObject({ member: text });
const forget = z.strictObject({
  member: text,
  now: z.boolean().optional(),
  /** By a census, where no quorum is left; with others that were lost together with it. */
  unsafe: z.strictObject({ others: z.array(text).max(255) }).optional(),
});
const nothing = z.strictObject({});

/** See `Operation`. */
export const departures: readonly Operation[] = [
  {
    id: 'getForget',
    method: 'GET',
    path: '/v1/forget',
    summary: 'What a member owns that may be forgotten, and how the last forget of it ended',
    input: whichMember,
    output: forgetSchema,
    run: (agent, input) => agent.aboutForget((input as z.infer<typeof whichMember>).member),
  },
  {
    id: 'forget',
    method: 'POST',
    path: '/v1/forget',
    summary: 'Take what a member owns that is off for good; answers at once, ask again for the end',
    input: forget,
    output: forgetSchema,
    run(agent, input) {
      const { member, now, unsafe } = input as z.infer<typeof forget>;
      return agent.forget(member, now, unsafe);
    },
  },
  {
    id: 'getLeave',
    method: 'GET',
    path: '/v1/leave',
    summary: 'How far this node is with leaving',
    input: nothing,
    output: leaveSchema,
    run: (agent) => ok(agent.leaving()),
  },
  {
    id: 'leave',
    method: 'POST',
    path: '/v1/leave',
    summary: 'Hand over what this node owns and stop; answers at once, ask again for the end',
    input: nothing,
    output: leaveSchema,
    run: (agent) => agent.leave(),
  },
];
