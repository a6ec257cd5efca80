/** All checkers, fresh for one run. */
import type { Checker } from '../types.ts';
import { afterTheEnd } from './afterTheEnd.ts';
import { convergence } from './convergence.ts';
import { givenByOwner } from './givenByOwner.ts';
import { keptAnswers } from './keptAnswers.ts';
import { liveCommitted } from './liveCommitted.ts';
import { liveOnce } from './liveOnce.ts';
import { noFalseAlarm } from './noFalseAlarm.ts';
import { noStorm } from './noStorm.ts';
import { ownedOnce } from './ownedOnce.ts';
import { quiet } from './quiet.ts';
import { reclaimed } from './reclaimed.ts';
import { risingVersions } from './risingVersions.ts';
import { sameViews } from './sameViews.ts';
import { served } from './served.ts';
import { unionLaws } from './unionLaws.ts';

/** One checker for each promise. */
export function allCheckers(): readonly Checker[] {
  return [
    liveOnce(),
    afterTheEnd(),
    risingVersions(),
    ownedOnce(),
    givenByOwner(),
    liveCommitted(),
    keptAnswers(),
    unionLaws(),
    sameViews(),
    noFalseAlarm(),
    convergence(),
    served(),
    reclaimed(),
    quiet(),
    noStorm(),
  ];
}
