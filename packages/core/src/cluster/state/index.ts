/**
 * Owns: the shape of a node's state and of one step in the making.
 * May call: contract.
 * Tells by: nothing.
 * Never: change the state: that is for the room whose part it is.
 */
export { stillUsed, tellAlarm } from './alarms.ts';
export type { Care, CareKind, Census, Counting, Desk } from './cases.ts';
export type { Durable } from './durable.ts';
export {
  type Applied,
  type BlockState,
  type Demand,
  type InFlight,
  idlePace,
  type Pace,
  type PeerState,
  type Round,
  type Word,
} from './parts.ts';
export {
  blockKey,
  createNode,
  demandOf,
  estateOf,
  type Intent,
  type NodeOptions,
  type NodeState,
  peerOf,
} from './state.ts';
export { broken, type Happening, type Local, lower, raise, send, type Turn, tell } from './turn.ts';
