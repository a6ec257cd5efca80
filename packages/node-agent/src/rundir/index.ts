export { listAddresses } from './addresses.ts';
export type { NoteStore } from './blockNotes.ts';
export type { BlockRef } from './blocks.ts';
export type { Readiness } from './heartbeat.ts';
export type { AddressPlace } from './holder.ts';
export { nodeFiles } from './nodeFiles.ts';
export { readBootId, readUptimeSeconds } from './prepareRoot.ts';
export {
  createRunDirectory,
  type RunDirectory,
  type RunDirectoryOptions,
  type RunEvent,
} from './runDirectory.ts';
