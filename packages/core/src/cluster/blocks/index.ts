/**
 * Owns: this node's blocks in the run directory, their rests, and what a dispute closes.
 * May call: state, writes.
 * Tells by: nothing.
 * Never: open a block without the proof of a durable write.
 */
export { grantable, usableEstate, watchDisputes } from './disputes.ts';
export { hasBlocks, learnSeal, letGo, letGoAtStart, takeUp, watchStrays } from './letGo.ts';
export {
  freeCommitted,
  openingDue,
  openingMs,
  publish,
  publishAll,
  publishMissing,
  withdrawAll,
} from './open.ts';
export { quarantine } from './quarantine.ts';
export { leastRestMs, postpone, restsDue, valueChanged } from './rests.ts';
