export { isShut } from './census.ts';
export { applyChange } from './change.ts';
export type { Census, Change, ChangeRefusal, Recovery } from './changes.ts';
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
export { reclaimBodies } from './recovery.ts';
export { isTradedOut, mayTrade, mostTraded } from './traded.ts';
export type { Estate, Guardian, GuardianSet, Holding, OutboxEntry, Use } from './types.ts';
