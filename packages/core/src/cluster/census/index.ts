/**
 * Owns: members whose registers have no quorum left: who counts, who answers, who inherits.
 * May call: register, guarding, replication.
 * Tells by: the event `forgotten`.
 * Never: take anything before every living member has answered.
 */
export { answerOwn, censusDue, censusWakeMs, onCensusAnswer, onForgetUnsafe } from './authority.ts';
export { takeLeftovers } from './leftovers.ts';
export { overruledDue } from './overruled.ts';
export { countDue, onCensus } from './witness.ts';
