/**
 * Owns: who lives, who was heard when, and what this node says of itself.
 * May call: state, writes.
 * Tells by: nothing.
 * Never: conclude from silence that an address is free.
 */
export { announce, onAnnounce } from './announce.ts';
export {
  hasEnded,
  isReachable,
  isSilent,
  isTalking,
  knownMembers,
  livingMembers,
  silentMs,
} from './heard.ts';
