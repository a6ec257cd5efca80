export { stillUsed } from './alarms.ts';
export { type Guardians, guardiansOf } from './registers/index.ts';
export { alarmsOf, freeOf, phaseOf, shownHoldings, waitingOf } from './report.ts';
export { createNode, estateOf, type NodeOptions, type NodeState } from './state.ts';
export { isSettled, type StepResult, step } from './step.ts';
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
