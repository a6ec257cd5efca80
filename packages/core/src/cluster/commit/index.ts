/**
 * Owns: the one road from the queue to the register and the disk, and what follows.
 * May call: all rooms before it.
 * Tells by: the effects `persist`, and the proof that one is durable.
 * Never: let anything follow from a write that is not stored.
 */
export { flush, persisted, persistFailed } from './commit.ts';
