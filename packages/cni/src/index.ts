/** The plugin as a function of its port, for embedding and for tests. */
export { type CniError, errorCode } from './contract/errors.ts';
export { supportedVersions } from './contract/versions.ts';
export { main } from './main.ts';
export { nodeFiles } from './node/files.ts';
export { nodePort } from './node/port.ts';
export type { Port } from './port.ts';
