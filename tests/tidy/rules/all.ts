import { corePurity } from './corePurity.ts';
import { docstrings, moduleHeaders } from './docs.ts';
import { importDirection, importNames } from './imports.ts';
import { indexPresence, namedExports } from './indexes.ts';
import { roomOrder } from './rooms.ts';
import { fileSize } from './sizes.ts';
import { noSkips } from './skips.ts';
import { noAny, noSilencing } from './types.ts';
import { links, noRegistryHosts, numberedNotes } from './words.ts';

/** All rules of the house that a program can check. */
export const rules = {
  corePurity,
  docstrings,
  fileSize,
  importDirection,
  importNames,
  indexPresence,
  links,
  moduleHeaders,
  namedExports,
  noAny,
  noRegistryHosts,
  noSilencing,
  noSkips,
  numberedNotes,
  roomOrder,
};
