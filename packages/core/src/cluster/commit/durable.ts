/** The one place where the proof of a durable write is made. */
import type { Durable } from '../state/index.ts';

/** To be called when a `persisted` has come, and at no other time. */
export function durable(): Durable {
  return {} as Durable;
}
