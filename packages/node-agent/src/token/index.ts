export { checkToken, decodeToken, encodeToken, type JoinToken } from './token.ts';
