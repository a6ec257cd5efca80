export { createStore } from './createStore.ts';
export type { StorageFault, Stored } from './database.ts';
export { pskLength } from './meta.ts';
export { birthKey, forgetPreparedKey, prepareKey } from './preparedKey.ts';
export { schemaVersion } from './schema.ts';
export { checkUnused, createState, keyPath, openState, type State } from './state.ts';
export {
  checkStateDirectory,
  prepareStateDirectory,
  type StateDirectoryFault,
} from './stateDirectory.ts';
export { databasePath, openStore, type StoreOptions } from './store.ts';
export type { NewStore, Store, StoreIdentity, TokenRow, Write } from './types.ts';
