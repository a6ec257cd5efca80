/**
 * Owns: a proposer at work on any register, and its pace.
 * May call: guarding.
 * Tells by: the outcome, returned to whoever owns the work.
 * Never: know what the change is for.
 */
export {
  answered,
  begin,
  bornCell,
  type Ended,
  goBack,
  goTo,
  goToLatest,
  hurry,
  isBusy,
  isOver,
  openDesk,
  timeoutDue,
} from './proposing.ts';
