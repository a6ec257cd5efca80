/** No alarm without a cause: where every member is honest and no disk went back, nobody is accused. */
import type { Checker } from '../types.ts';

const causes: Readonly<Record<string, readonly string[]>> = {
  dispute: [
    'wrongForget',
    'equivocate',
    'forge',
    'oversize',
    'replayRecord',
    'rollback',
    'lostWrite',
    'wipe',
    'clone',
    'restore',
    'lostTail',
  ],
  'rolled-back': [
    'wrongForget',
    'lie',
    'equivocate',
    'rollback',
    'lostWrite',
    'wipe',
    'clone',
    'replayRecord',
    'forge',
    'oversize',
  ],
  wiped: ['wipeRun'],
  storage: ['writeError', 'diskFull'],
  clone: ['clone', 'rollback', 'lostWrite', 'restore', 'lostTail'],
  abstains: ['rollback', 'lostWrite', 'restore', 'lostTail', 'clone', 'wipe'],
  forgotten: ['forget', 'leave', 'wrongForget'],
  'foreign-network': ['initTwice', 'lie'],
};

/** Asks which faults struck before. */
export function noFalseAlarm(): Checker {
  return {
    invariant: 'S2',
    says: 'no honest member is accused',
    alarm(node, { code, message }) {
      if (causes[code]?.some((fault) => node.cluster.tried.has(fault))) return undefined;
      return `${node.name} raises a false alarm (${code}): ${message}`;
    },
  };
}
