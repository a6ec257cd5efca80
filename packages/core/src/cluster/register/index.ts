/**
 * Owns: this node's own register: its start, its guardians, what others put there.
 * May call: proposing, guarding, blocks, members, replication.
 * Tells by: the happening `guardians`.
 * Never: write over what it has not read.
 */
export { isStuck, ownStuck, refoundDue } from './givenBack.ts';
export {
  canTake,
  ensureGuardians,
  type Guardians,
  guardedFrom,
  guardiansOf,
  mayAccept,
  replacement,
} from './guardians.ts';
export { heartbeatDue, lastHeartbeat, onHeartbeatReply } from './heartbeat.ts';
export { mayPropose, onOwnAnswer, openBorn, ownDue, proposeOwn, readOwn, seedAll } from './own.ts';
export {
  awaitsWord,
  boot,
  bootWhenReady,
  isConfirmed,
  learnProof,
  learnReclaims,
  onWord,
  start,
} from './start.ts';
