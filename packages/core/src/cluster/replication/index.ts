/**
 * Owns: how entries come into the set, and how two sets become equal.
 * May call: state, writes.
 * Tells by: the happenings `proof`, `members`, `records`.
 * Never: judge an entry by what this node happens to know.
 */
export { askForDiff } from './askForDiff.ts';
export { isPublished, isTold, isWhole } from './published.ts';
export { absorb, receiveUpdate } from './receive.ts';
export { onSyncHash, onSyncIds, onSyncSlice, onSyncUpdate, onSyncVector, syncNow } from './sync.ts';
