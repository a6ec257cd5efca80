export { bootWhenReady, learnProof, learnReclaims, onWord, start } from './boot.ts';
export { onCareAnswer } from './care.ts';
export { registersDue, registersWakeMs } from './due.ts';
export { ensureGuardians, type Guardians, guardiansOf, mayAccept } from './guardians.ts';
export { feed, keptKey, onAsk } from './guarding.ts';
export { lastHeartbeat, notHeard, onHeartbeat, onHeartbeatReply } from './heartbeat.ts';
export { guardedHere, leaveDue } from './leave.ts';
export { onOwnAnswer, readOwn } from './own.ts';
export { onCollect, onForget } from './scan.ts';
