import { addrGc, addrLs, addrRelease, addrShow } from './addr.ts';
import { agent } from './agent.ts';
import { map, status, tokenCreate } from './ask.ts';
import { forget } from './forget.ts';
import { init } from './init.ts';
import { join } from './join.ts';
import { key } from './key.ts';
import { leave } from './leave.ts';
import type { CommandSpec } from './types.ts';

/** All commands, in the order of the help text. */
export const commands: readonly CommandSpec[] = [
  init,
  agent,
  join,
  key,
  tokenCreate,
  status,
  map,
  addrLs,
  addrShow,
  addrRelease,
  addrGc,
  leave,
  forget,
];
