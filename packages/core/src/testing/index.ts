export { allCheckers } from './checkers/all.ts';
export { Cluster, defaultPools } from './cluster.ts';
export { Coverage } from './coverage.ts';
export { type Deed, nodeAt, rateOf } from './deed.ts';
export { allDeeds } from './deeds/all.ts';
export {
  checkFaults,
  type FaultName,
  type Faults,
  faultNames,
  faultTable,
  isSpecial,
  mixFaults,
} from './faults.ts';
export { estateText } from './genesis.ts';
export type { NetFault } from './network.ts';
export { SimNode } from './node.ts';
export { Random } from './random.ts';
export { type ShrinkLimits, type Shrunk, shrink } from './shrink.ts';
export { type Outcome, simulate } from './simulate.ts';
export type { Action, Checker, ClusterOptions, Script, Violation } from './types.ts';
