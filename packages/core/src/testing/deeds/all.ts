/** Everything that can be done to a cluster. */
import type { Deed } from '../deed.ts';
import { linger, revive } from './afterTheEnd.ts';
import { add, addAgain, del, delAgain, retry, surge } from './containers.ts';
import {
  crash,
  crashAfterPersist,
  crashAfterSend,
  crashBeforePersist,
  down,
  reboot,
  tornWrite,
} from './crashes.ts';
import { clone, diskFull, lostTail, lostWrite, restore, rollback, wipe } from './disks.ts';
import { die, dieBeyond, forget, forgetUnsafe, leave, leaveLive, wrongForget } from './ends.ts';
import { initTwice, lie } from './lies.ts';
import { equivocate, forge, greedy, oversize, replayRecord } from './malice.ts';
import { disconnect, flood, join, oneWay, partition } from './networks.ts';
import { announce, tidyRun, wipeRun } from './operators.ts';
import { slander } from './slander.ts';
import { alone, stop, suspect } from './starts.ts';
import { clockFreeze, clockJump, clockSkew, pause, slow } from './times.ts';

/** All deeds, workload first. */
export const allDeeds: readonly Deed[] = [
  add,
  del,
  addAgain,
  delAgain,
  retry,
  crash,
  crashBeforePersist,
  crashAfterPersist,
  crashAfterSend,
  reboot,
  down,
  diskFull,
  partition,
  oneWay,
  disconnect,
  flood,
  join,
  slow,
  pause,
  clockSkew,
  clockFreeze,
  clockJump,
  forge,
  oversize,
  replayRecord,
  greedy,
  lie,
  initTwice,
  announce,
  wipeRun,
  equivocate,
  lostWrite,
  rollback,
  wipe,
  clone,
  tornWrite,
  surge,
  die,
  forget,
  restore,
  lostTail,
  leave,
  wrongForget,
  tidyRun,
  stop,
  alone,
  suspect,
  leaveLive,
  linger,
  revive,
  dieBeyond,
  forgetUnsafe,
  slander,
];
