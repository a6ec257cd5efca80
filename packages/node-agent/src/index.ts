export {
  type Agent,
  type AgentEvents,
  type AgentOptions,
  type Allocation,
  type AttachmentName,
  type Born,
  createAgent,
  type InitOptions,
  initCluster,
  type JoinOptions,
  joinCluster,
  type Log,
} from './agent/index.ts';
export type { AddressReport, MapReport, Status } from './report/index.ts';
