export { apartMs, createCollector } from './collector.ts';
export { namespaceState } from './judge.ts';
export { machineNamespaces } from './namespaces.ts';
export type { Blind, LeakCollector, NamespaceDirectory, Namespaces } from './types.ts';
