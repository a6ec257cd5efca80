export {
  type Born,
  type InitOptions,
  initCluster,
  type JoinOptions,
  joinCluster,
} from './birth.ts';
export { createAgent } from './createAgent.ts';
export { type Log, silent } from './log.ts';
export type { Agent, AgentEvents, AgentOptions, Allocation, AttachmentName } from './types.ts';
