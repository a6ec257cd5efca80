/** The shape of what the local API can do. */
import type { Result } from '@hedgerow/core';
import type { z } from 'zod';
import type { AgentHandle } from './handle.ts';

/** One operation. `input` describes the query of a GET and the JSON body of a POST. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** `input` has passed the schema. */
  run(agent: AgentHandle, input: unknown): Result<unknown> | Promise<Result<unknown>>;
}
