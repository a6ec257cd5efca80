/** The shapes of answers about members that go, for the OpenAPI description. */
import { z } from 'zod';
import type { ForgetReport, LeaveReport } from '../report/index.ts';

const count = z.int().min(0);

/** `GET` and `POST /v1/forget` */
export const forgetSchema: z.ZodType<ForgetReport> = z.object({
  member: z.string(),
  name: z.string(),
  isGone: z.boolean(),
  isConnected: z.boolean(),
  lastHeardMs: z.number().nullable(),
  owned: z.array(z.object({ pool: z.string(), prefix: z.string(), size: count })),
  restMs: count,
  state: z.enum(['none', 'running', 'done', 'refused']),
  message: z.string().exactOptional(),
  heir: z.object({ member: z.string(), name: z.string() }).exactOptional(),
});

/** `GET` and `POST /v1/leave` */
export const leaveSchema: z.ZodType<LeaveReport> = z.object({
  state: z.enum(['no', 'leaving', 'left', 'quarantined']),
  waiting: z.array(
    z.object({
      code: z.string(),
      pool: z.string().exactOptional(),
      member: z.string().exactOptional(),
      message: z.string(),
    }),
  ),
  message: z.string().exactOptional(),
});
