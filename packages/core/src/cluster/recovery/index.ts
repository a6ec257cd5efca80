/**
 * Owns: the registers of members that are silent or gone: what is left to do there.
 * May call: exchange, register, proposing, guarding.
 * Tells by: the event `forgotten`.
 * Never: take what its guardians have not decided.
 */
export { heardReason } from './forgetProblems.ts';
export { onCollect, onForget, scan } from './look.ts';
export { owedDue } from './unpublished.ts';
export { caresDue, onCareAnswer } from './work.ts';
