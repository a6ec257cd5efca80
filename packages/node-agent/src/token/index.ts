export { defaultTokenTtlMs, issueToken } from './issue.ts';
export { checkToken, decodeToken, encodeToken, type JoinToken } from './token.ts';
