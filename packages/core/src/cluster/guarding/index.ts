/**
 * Owns: the registers of others that this store keeps, and the proofs about registers.
 * May call: members, writes, state.
 * Tells by: nothing.
 * Never: answer before what it says is stored.
 */
export {
  feed,
  feedAll,
  isGivenUp,
  keep,
  keptKey,
  keptNow,
  latestKept,
  onAsk,
} from './acceptors.ts';
export { hearer } from './endsHeard.ts';
export { isPublishing, publishProof, publishSeed } from './proofs.ts';
export { rulesOf } from './rules.ts';
export { notHeard, onHeartbeat, onSign } from './signs.ts';
export { goneHeard, onStillHeard } from './stillHeard.ts';
