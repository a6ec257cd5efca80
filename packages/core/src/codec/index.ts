export { bytesOf, decodeMessage, encodeMessage, type MessageFault } from './message.ts';
export { maxFrameBytes, maxPayloadBytes, maxSyncIds, maxTextLength } from './shapes.ts';
