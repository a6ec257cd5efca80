/**
 * What everybody needs of core: outcomes. The rest is imported by folder (`@hedgerow/core/ownership`),
 * so that a program loads only what it uses.
 */
export { must, ok, type Refusal, type Result, refuse } from './result.ts';
