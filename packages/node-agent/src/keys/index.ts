export {
  type AgentKey,
  createKey,
  keyFromBytes,
  keyFromSeed,
  keyToBytes,
  memberIdOf,
  seedLength,
  signerOf,
} from './agentKey.ts';
export { type KeyFault, loadKey, writeKey } from './keyFile.ts';
export { createVerify, isMemberId, verify } from './verify.ts';
