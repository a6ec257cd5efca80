/**
 * Owns: which room an input is for, the order of a step, the timetable, and what a node reports.
 * May call: all rooms.
 * Tells by: the effects of a step.
 * Never: decide anything itself.
 */
export { hear } from './happenings.ts';
export { alarmsOf, freeOf, phaseOf, shownHoldings, waitingOf } from './report.ts';
export { isSettled, type StepResult, step } from './step.ts';
