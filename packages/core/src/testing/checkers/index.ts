export { allCheckers } from './all.ts';
