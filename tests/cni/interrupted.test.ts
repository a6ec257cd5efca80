// The real executable killed and stopped at its file operations, while every other verb, a sweep or a withdrawal
// runs: a fixed part of all cases. `npm run attack` plays all.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { plugin } from './callPlugin.ts';
import { casesOf, playAll, scenes } from './interrupt.ts';
import { type Place, places } from './places.ts';

/**
 * Each so-many-th case is played. The number of followers of one operation has no divisor in common with
 * these, so each follower comes at operations all over a call, and each operation meets some of them.
 */
const steps: Readonly<Record<string, number>> = { memory: 5, disk: 61, overlay: 20 };

const absent = requires({ binaries: [plugin, 'strace'], root: true, netns: true });

describe.skipIf(absent).each(Object.keys(places))('run directory on %s', (name) => {
  let place: Place;
  beforeAll(async () => {
    place = await (places[name] as () => Promise<Place>)();
  });
  afterAll(() => place.remove());

  test.each(scenes)('after $before, $deed interrupted anywhere harms nobody', async (scene) => {
    const step = steps[name] ?? 1;
    const cases = casesOf(place.path, scene).filter((_, at) => at % step === 0);
    expect(cases.length).toBeGreaterThan(3);
    expect(await playAll(place.path, cases)).toEqual([]);
  });
});
