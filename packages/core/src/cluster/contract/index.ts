/**
 * Owns: the shapes of what goes in and comes out, what members say to each other, and what can be tuned.
 * May call: nobody.
 * Tells by: nothing.
 * Never: decide anything.
 */
export {
  type CensusAnswer,
  type CensusOf,
  type Dealings,
  maxCounted,
  type Piece,
  type Stuck,
} from './messages.ts';
export { defaultTuning } from './tuning.ts';
export type {
  Alarm,
  BlockUsage,
  ClusterEvent,
  Effect,
  Env,
  FreeHint,
  Input,
  Message,
  Phase,
  RefusalReason,
  Tuning,
  Waiting,
} from './types.ts';
