export { askAgent } from './client.ts';
export { type AgentHandle, apiSocketPath } from './handle.ts';
export type { ErrorAnswer, TokenAnswer } from './schemas.ts';
