export { openSelf, type SelfState, selfRegister } from './self.ts';
export type {
  Ballot,
  Outcome,
  Register,
  RegisterEffect,
  RegisterInput,
  RegisterStep,
  Versioned,
} from './types.ts';
