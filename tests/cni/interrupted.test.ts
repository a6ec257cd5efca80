// The real executable, killed and stopped at each of its file operations.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { createNode, type Deed, type Node } from './attack.ts';
import {
  callSync,
  interrupter,
  type Operation,
  operationsOf,
  plugin,
  start,
  stoppedBelow,
} from './callPlugin.ts';
import { type Place, places } from './places.ts';

const logs = mkdtempSync(join(tmpdir(), 'hedgerow-strace-'));
const log = join(logs, 'log');
afterAll(() => rmSync(logs, { recursive: true }));

/** What happened before, and what is interrupted then. */
const cases: readonly (readonly [readonly Deed[], Deed])[] = [
  [[], 'ADD a'],
  [['ADD b', 'ADD a'], 'ADD a'],
  [['ADD b', 'ADD a'], 'DEL a'],
  [['ADD b', 'ADD a', 'drain'], 'DEL a'],
  [['ADD a'], 'CHECK a'],
  [['ADD b', 'ADD a'], 'GC'],
  [['ADD a'], 'STATUS'],
];

/** Whatever may come by after a deed was killed. */
function repairsOf(deed: Deed): readonly (readonly Deed[])[] {
  if (deed.startsWith('ADD') || deed.startsWith('DEL'))
    return [['DEL a'], ['ADD a'], ['GC'], ['sweep']];
  return [['ADD a', 'sweep']];
}

function nodeAfter(place: Place, first: readonly Deed[]): Node {
  const node = createNode(place.path);
  for (const deed of first) node.run(deed);
  return node;
}

function operations(place: Place, first: readonly Deed[], deed: Deed): readonly Operation[] {
  const node = nodeAfter(place, first);
  const found = operationsOf(node.callOf(deed), log);
  node.remove();
  return found;
}

/** Kills the deed at an operation and lets others repair it; gives what is wrong. */
function kill(
  place: Place,
  [first, deed]: readonly [readonly Deed[], Deed],
  operation: Operation,
  repair: readonly Deed[],
): readonly string[] {
  const node = nodeAfter(place, first);
  node.begins(deed);
  callSync({ ...node.callOf(deed), wrapper: interrupter(operation, 'SIGKILL', log) });
  const found = [...node.wrongs()];
  for (const one of repair) node.run(one);
  found.push(...node.wrongs(), ...node.repair());
  node.remove();
  return found.map((wrong) => `${deed} at ${operation.name} ${operation.nth}, ${repair}: ${wrong}`);
}

/** Stops the deed after an operation, lets others run, and lets it go on. */
async function freeze(
  place: Place,
  [first, deed]: readonly [readonly Deed[], Deed],
  operation: Operation,
  others: readonly Deed[],
): Promise<readonly string[]> {
  const node = nodeAfter(place, first);
  node.begins(deed);
  const wrapper = interrupter(operation, 'SIGSTOP', log);
  rmSync(log, { force: true });
  const { child, ended } = start({ ...node.callOf(deed), wrapper });
  const pid = await stoppedBelow(child, log);
  const found: string[] = pid === undefined ? ['it did not stop'] : [];
  for (const other of others) node.run(other);
  found.push(...node.wrongs());
  if (pid !== undefined) process.kill(pid, 'SIGCONT');
  node.ended(deed, await ended);
  found.push(...node.wrongs(), ...node.repair());
  node.remove();
  return found.map((wrong) => `${deed} at ${operation.name} ${operation.nth}, ${others}: ${wrong}`);
}

const absent = requires({ binaries: [plugin, 'strace'], root: true, netns: true });

describe.skipIf(absent).each(Object.keys(places))('run directory on %s', (name) => {
  let place: Place;
  beforeAll(async () => {
    place = await (places[name] as () => Promise<Place>)();
  });
  afterAll(() => place.remove());
  // The full matrix runs in memory; elsewhere what changes files.
  const some = name === 'memory' ? cases : [cases[0], cases[3]].filter((one) => one !== undefined);

  test.each(some)('after %j, %s killed at any file operation leaves nothing', (first, deed) => {
    const fixes = name === 'memory' ? repairsOf(deed) : [['DEL a'] as const];
    const found = operations(place, first, deed);
    expect(found.length).toBeGreaterThan(8);
    const wrongs = found.flatMap((operation) =>
      fixes.flatMap((repair) => kill(place, [first, deed], operation, repair)),
    );
    expect(wrongs).toEqual([]);
  });

  test.each(some)(
    'after %j, %s stopped at any file operation harms nobody',
    async (first, deed) => {
      // DEL and ADD of one attachment at once are what the specification forbids.
      const isGc = deed === 'GC';
      const others: readonly Deed[] = [
        'ADD b',
        'sweep',
        'ADD c',
        isGc ? 'DEL b' : 'GC',
        'drain',
        ...(deed === 'ADD a' ? (['DEL a', 'ADD c'] as const) : []),
      ];
      const wrongs: string[] = [];
      for (const operation of operations(place, first, deed))
        wrongs.push(...(await freeze(place, [first, deed], operation, others)));
      expect(wrongs).toEqual([]);
    },
  );
});
