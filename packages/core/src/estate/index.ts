export { type Census, isShut } from './census.ts';
export { applyChange, type Change, type ChangeRefusal } from './change.ts';
export { acknowledgedCounter, firstEstate } from './estate.ts';
export {
  containing,
  normalise,
  ofUse,
  overlapping,
  reserveBlocks,
  without,
} from './holdings.ts';
export { grantBody, maxPredecessors, pickCommit, pickGrant } from './pick.ts';
export { type Recovery, reclaimBodies } from './recovery.ts';
export { isTradedOut, mayTrade, mostTraded } from './traded.ts';
export type { Estate, Guardian, GuardianSet, Holding, OutboxEntry, Use } from './types.ts';
