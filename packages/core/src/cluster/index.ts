export { defaultTuning } from './contract/tuning.ts';
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
} from './contract/types.ts';
export { alarmsOf, freeOf, phaseOf, waitingOf } from './reducer/report.ts';
export { isSettled, type StepResult, step } from './reducer/step.ts';
export { type Guardians, guardiansOf } from './register/guardians.ts';
export { createNode, estateOf, type NodeOptions, type NodeState } from './state/state.ts';
