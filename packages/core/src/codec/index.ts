export { maxFrameBytes, maxPayloadBytes } from './fields.ts';
export { bytesOf, decodeMessage, encodeMessage, type MessageFault } from './message.ts';
export { maxSyncIds, maxTextLength } from './shapes.ts';
export { checkAcceptorRecord, checkVersioned } from './stored.ts';
