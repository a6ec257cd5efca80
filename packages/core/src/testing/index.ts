export { allCheckers } from './checkers/all.ts';
export type { Clock } from './clock.ts';
export { Cluster } from './cluster.ts';
export type { Container, Containers } from './containers.ts';
export { Coverage } from './coverage.ts';
export { type Deed, nodeAt, rateOf } from './deed.ts';
export { allDeeds } from './deeds/all.ts';
export { survivableDeeds } from './deeds/survivable.ts';
export type { Disk, Snapshot } from './disk.ts';
export {
  checkFaults,
  diskFaults,
  type FaultName,
  type FaultShape,
  type Faults,
  faultNames,
  faultTable,
  isSpecial,
  mixFaults,
} from './faults.ts';
export { defaultPools, estateText, memberName } from './genesis.ts';
export type { History } from './history.ts';
export type { Links } from './links.ts';
export type { NetFault, NetFaultKind } from './network.ts';
export { SimNode } from './node.ts';
export { Random } from './random.ts';
export { bury } from './response.ts';
export type { RunDir, RunDirParts, RunEvent } from './runDir.ts';
export { type ShrinkLimits, type Shrunk, shrink } from './shrink.ts';
export { type Outcome, simulate } from './simulate.ts';
export type { BlockRange, Space } from './space.ts';
export type {
  Action,
  Checker,
  ClusterOptions,
  Neglect,
  Past,
  Quiet,
  ReplicaParts,
  Script,
  StartWords,
  Violation,
} from './types.ts';
export type { Armed } from './writing.ts';
