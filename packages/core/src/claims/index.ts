export { type AgentFile, parseAgentFile, readAgentFile, writeAgentFile } from './agentFile.ts';
export { forget, freeAside, putBack, putBackAll, setAside } from './aside.ts';
export {
  type AttachContext,
  type AttachRefusal,
  attach,
  type PoolWish,
  type Shortage,
} from './attach.ts';
export {
  type Attachment,
  attachmentName,
  attachmentPath,
  checkAttachment,
  checkContainerId,
  checkIfname,
  checkNetworkName,
  networkPath,
  ownerText,
  parseOwnerText,
  recordPath,
  wayToAttachment,
} from './attachment.ts';
export { isFull } from './capacity.ts';
export { type Collected, collectAfterMs, collectGarbage } from './collect.ts';
export { type HeldAddress, isHeld } from './entry.ts';
export { heldBy } from './former.ts';
export {
  type Area,
  addressName,
  agentPath,
  areaPath,
  attachmentsPath,
  blockName,
  blockPath,
  defaultRestMs,
  defaultRunDir,
  isClaimId,
  isPoolName,
  layoutVersion,
  markPath,
  notesPath,
  parseAddressName,
  parseBlockName,
  poolPath,
  type RunPlace,
  runPlace,
  wantedPath,
  wayToBlocks,
} from './layout.ts';
export {
  type ListedAttachment,
  type ListedClaim,
  type ListedEntry,
  listAttachment,
  listAttachments,
  listEntries,
  ownerOf,
} from './list.ts';
export { isMarked, markBlock, unmarkBlock, unmarkedBlocks, unmarkedText } from './marks.ts';
export {
  createMemoryFiles,
  type FileOperation,
  type MemoryFiles,
  type MemoryFilesOptions,
} from './memoryFiles.ts';
export { maxOwnersBytes, type OwnerHint, ownerHint, writeOwners } from './owners.ts';
export {
  type FileRefusal,
  maxPoolFileBytes,
  type OpenPool,
  type PoolFile,
  parsePoolFile,
} from './poolFile.ts';
export {
  blockState,
  type Drained,
  drainBlock,
  drainedState,
  listPools,
  openPlace,
  publishBlock,
  publishPool,
  removeDrained,
} from './publish.ts';
export { type ClaimRecord, parseRecord } from './record.ts';
export { restLeft } from './resting.ts';
export { type Swept, sweep, sweepSteps } from './sweep.ts';
export type { FileError, FileErrorCode, FileStat, Files } from './types.ts';
export { claimsOf, detach, undoClaim } from './undo.ts';
export { blockUsage, type PublishedBlock } from './usage.ts';
export { askForBlock, clearWanted, readWanted } from './wanted.ts';
