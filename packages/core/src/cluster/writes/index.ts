/**
 * Owns: the queue of what wants to be written, and the look at what is under way.
 * May call: state.
 * Tells by: nothing.
 * Never: write: that is for commit.
 */
export { intend } from './queue.ts';
export {
  isAccepting,
  isAcknowledging,
  isOnItsWay,
  isOutstanding,
  isPublishingRecord,
} from './underWay.ts';
