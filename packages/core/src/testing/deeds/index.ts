export { allDeeds } from './all.ts';
