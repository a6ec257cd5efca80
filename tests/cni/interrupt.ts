// Everything that can come between: each verb killed or stopped at each of its file operations, and each other
// verb, a withdrawal or a sweep run then. What is counted must be zero: an address of two, one freed that
// somebody was answered, one left over after a DEL of all.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode, type Node } from './attack.ts';
import {
  callSync,
  interrupter,
  type Operation,
  operationsOf,
  start,
  stoppedBelow,
} from './callPlugin.ts';
import type { Deed } from './deed.ts';

/** What was there before, and what is interrupted then. */
export interface Scene {
  readonly before: readonly Deed[];
  readonly deed: Deed;
}

export const scenes: readonly Scene[] = [
  { before: [], deed: 'ADD a' },
  { before: ['ADD b', 'ADD a'], deed: 'ADD a' },
  { before: ['ADD b', 'ADD a'], deed: 'DEL a' },
  { before: ['ADD b', 'ADD a', 'drain'], deed: 'DEL a' },
  { before: ['ADD b', 'ADD a'], deed: 'CHECK a' },
  { before: ['ADD b', 'ADD a'], deed: 'GC' },
  { before: ['ADD b', 'ADD a', 'lose b'], deed: 'GC' },
  { before: ['ADD a'], deed: 'STATUS' },
];

export const others: readonly Deed[] = [
  'ADD a',
  'ADD b',
  'ADD c',
  'DEL a',
  'DEL b',
  'CHECK a',
  'CHECK b',
  'GC',
  'late GC',
  'STATUS',
  'sweep',
  'withdraw',
];

/** Whatever may come by after a call was killed. */
export const repairs: readonly (readonly Deed[])[] = [
  ['DEL a'],
  ['ADD a'],
  ['late GC'],
  ['sweep'],
  ['withdraw', 'ADD c'],
];

/** The code of an ADD that is refused because a former one has its addresses. */
const alreadyAdded = 105;

/** One way to come between. */
export interface Case extends Scene {
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly operation: Operation;
  /** What is done while it stands still, or after it was killed. */
  readonly followers: readonly Deed[];
}

/** All cases of a scene, found by calling it once. `base`: where run directories may be made. */
export function casesOf(base: string, scene: Scene): readonly Case[] {
  const node = nodeAfter(base, scene.before);
  const operations = operationsOf(node.begin(scene.deed), logPath());
  node.remove();
  if (operations.length < 8) throw new Error(`${scene.deed} makes ${operations.length} calls only`);
  const caseOf = (
    signal: Case['signal'],
    operation: Operation,
    followers: readonly Deed[],
  ): Case => ({ ...scene, signal, operation, followers });
  return operations.flatMap((operation) => [
    ...repairs.map((repair) => caseOf('SIGKILL', operation, repair)),
    ...others.map((other) => caseOf('SIGSTOP', operation, [other])),
  ]);
}

/** Plays a case and gives what is wrong afterwards. */
async function play(base: string, one: Case): Promise<readonly string[]> {
  const node = nodeAfter(base, one.before);
  try {
    const found = await (one.signal === 'SIGKILL' ? kill(node, one) : freeze(node, one));
    const { name, nth } = one.operation;
    const what = `after ${one.before}: ${one.deed}, ${one.signal} at ${name} ${nth}, ${one.followers}`;
    return found.map((wrong) => `${what}: ${wrong}`);
  } finally {
    node.remove();
  }
}

/** Some cases at a time; all that is wrong, in words. */
export async function playAll(base: string, cases: readonly Case[]): Promise<readonly string[]> {
  const waiting = [...cases];
  const found: string[] = [];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      found.push(...(await play(base, one)));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return found;
}

const atOnce = 3;
const logs = mkdtempSync(join(tmpdir(), 'hedgerow-strace-'));
process.on('exit', () => rmSync(logs, { recursive: true, force: true }));
let lastLog = 0;
function logPath(): string {
  return join(logs, `${lastLog++}`);
}

function nodeAfter(base: string, before: readonly Deed[]): Node {
  const node = createNode(base);
  for (const deed of before) node.prepare(deed);
  return node;
}

function kill(node: Node, { deed, operation, followers }: Case): readonly string[] {
  const log = logPath();
  const wrapper = interrupter(operation, 'SIGKILL', log);
  const ran = callSync({ ...node.begin(deed), wrapper });
  node.oracle.ended(deed, ran);
  rmSync(log, { force: true });
  const found = ran.status === null ? [...node.oracle.wrongs()] : ['it was not killed'];
  for (const one of followers) found.push(...callAlone(node, one));
  return [...found, ...node.oracle.wrongs(), ...node.repair()];
}

async function freeze(
  node: Node,
  { deed, operation, followers }: Case,
): Promise<readonly string[]> {
  const log = logPath();
  const [verb, id = ''] = deed.split(' ');
  const isAnswered = verb === 'ADD' && node.oracle.live().has(id);
  const call = node.begin(deed);
  for (const other of followers)
    for (const id of quarrel(deed, other, node)) node.oracle.contest(id);
  const wrapper = interrupter(operation, 'SIGSTOP', log);
  const { child, ended } = start({ ...call, wrapper });
  const pid = await stoppedBelow(child, log);
  const found: string[] = pid === undefined ? ['it did not stop'] : [];
  for (const other of followers) found.push(...callAlone(node, other));
  found.push(...node.oracle.wrongs());
  if (pid !== undefined) process.kill(pid, 'SIGCONT');
  const ran = await ended;
  rmSync(log, { force: true });
  node.oracle.ended(deed, ran);
  const isAlone = followers.every((other) => /^STATUS|^CHECK|^sweep/.test(other));
  const isRefused = isAnswered && ran.answer?.['code'] === alreadyAdded;
  if (isAlone && (isAnswered ? !isRefused : ran.status !== 0))
    found.push(`${deed} ended with ${ran.status}`);
  return [...found, ...node.oracle.wrongs(), ...node.repair()];
}

/**
 * Whose calls the specification forbids to run at once: an ADD of what is being added, deleted or collected
 * may lose its answer to the other. Nobody else may. Of what was added before, both ADDs are refused.
 */
function quarrel(deed: Deed, other: Deed, node: Node): readonly string[] {
  const [verb = '', id = ''] = deed.split(' ');
  const [otherVerb, otherId = ''] = other.split(' ');
  if (otherVerb !== 'ADD') return [];
  const isAdding = verb === 'ADD' && !node.oracle.live().has(id);
  const isSame = otherId === id && (isAdding || verb === 'DEL');
  const isCollected = verb === 'GC' && !node.oracle.live().has(otherId);
  return isSame || isCollected ? [otherId] : [];
}

/** Calls that nothing disturbs succeed: what stands still stops nobody. */
function callAlone(node: Node, deed: Deed): readonly string[] {
  const [verb = '', id = ''] = deed.split(' ');
  const isLive = node.oracle.live().has(id);
  const mustFail = (verb === 'CHECK' && !isLive) || (verb === 'ADD' && isLive);
  const mayFail = node.oracle.isContested(id);
  const ran = node.call(deed);
  if (ran === undefined || mayFail || (ran.status === 0) !== mustFail) return [];
  // One that was killed after it had all is as good as answered: nobody can tell.
  if (verb === 'ADD' && ran.answer?.['code'] === alreadyAdded && node.hasAll(id)) return [];
  return [`${deed} ended with ${ran.status}`];
}
