/**
 * Owns: space that is given, asked for and taken.
 * May call: register, replication, blocks, writes.
 * Tells by: nothing.
 * Never: open a block.
 */
export { askForSpace, onRefusal, roundSucceeded, roundsDue } from './asker.ts';
export { onAck, onRequest, refuseGrant, resendDue, resendTo, sendGrant } from './donor.ts';
export { acknowledge, onGrant, retryHeld, settlePassed } from './taker.ts';
