/** No alarm without a cause: where every member is honest and no disk went back, nobody is accused. */
import { wasGivenUp } from '../limits.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

const causes: Readonly<Record<string, readonly string[]>> = {
  dispute: [
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
  wiped: ['wipeRun', 'tidyRun'],
  strays: ['rollback', 'lostWrite', 'wipe', 'clone', 'restore', 'lostTail'],
  storage: ['writeError', 'diskFull'],
  clone: ['clone', 'rollback', 'lostWrite', 'restore', 'lostTail', 'slander', 'suspect'],
  abstains: [
    'rollback',
    'lostWrite',
    'restore',
    'lostTail',
    'clone',
    'wipe',
    'suspect',
    'forgetUnsafe',
  ],
  forgotten: ['forget', 'leave', 'leaveLive', 'wrongForget', 'forgetUnsafe'],
  'foreign-network': ['initTwice', 'lie'],
};

/** What is said of grants: one that was given up and does not know it yet takes what was taken back for a lie. */
const trades: ReadonlySet<string> = new Set(['dispute', 'rolled-back']);

function concernsGivenUp({ cluster, member }: SimNode, message: string): boolean {
  const named = new Set([member, ...(message.match(/node-\d+/g) ?? [])]);
  return [...named].some((each) => wasGivenUp(cluster, each));
}

/** Asks which faults struck before. */
export function noFalseAlarm(): Checker {
  return {
    invariant: 'S2',
    says: 'no honest member is accused',
    alarm(node, { code, message }) {
      if (causes[code]?.some((fault) => node.cluster.tried.has(fault))) return undefined;
      if (trades.has(code) && concernsGivenUp(node, message)) return undefined;
      return `${node.name} raises a false alarm (${code}): ${message}`;
    },
  };
}
