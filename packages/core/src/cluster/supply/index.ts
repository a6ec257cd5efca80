/**
 * Owns: how much this node keeps at hand.
 * May call: exchange, blocks, writes.
 * Tells by: nothing.
 * Never: ask for what is at hand.
 */
export {
  ensureAll,
  onPublished,
  onUsage,
  onWanted,
  onWiped,
  onWithdrawn,
  withdrawDue,
} from './watermarks.ts';
