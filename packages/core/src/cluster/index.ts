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
} from './contract/index.ts';
export { defaultTuning } from './contract/index.ts';
export {
  alarmsOf,
  freeOf,
  isSettled,
  phaseOf,
  type StepResult,
  shownHoldings,
  step,
  waitingOf,
} from './reducer/index.ts';
export { type Guardians, guardiansOf } from './register/index.ts';
export {
  createNode,
  estateOf,
  type NodeOptions,
  type NodeState,
  stillUsed,
} from './state/index.ts';
