/**
 * Owns: the way out of this node.
 * May call: register, blocks, guarding.
 * Tells by: the event `left`.
 * Never: go while somebody counts on what it keeps.
 */
export { leaveDue } from './leave.ts';
