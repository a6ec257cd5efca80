// Random walks through models too large to exhaust: more guardians, writers, restarts and changes of guardians
// at once. The same checkers look on.
import { expect, it } from 'vitest';
import { realCode } from './code.ts';
import type { Model } from './model.ts';
import { guardians } from './models.ts';
import { Moves } from './moves.ts';
import { mutants, withMutant } from './mutants.ts';
import { randomOf } from './randomOf.ts';

const busy = { code: realCode, counters: 60, tries: 5 };

const models: Readonly<Record<string, Model>> = {
  '3 of 4: owner, two heirs, restarts, one rollback': {
    ...busy,
    set: guardians(4),
    rollbacks: 1,
    actors: [
      {
        member: 'x',
        lives: [
          ['read', 'a', 'b', 'c'],
          ['read', 'd', 'e'],
          ['read', 'f'],
        ],
      },
      { member: 'h', lives: [['H', 'I'], ['J']] },
      { member: 'z', lives: [['X', 'read', 'Y']] },
    ],
  },
  '4 of 6: the same': {
    ...busy,
    set: guardians(6),
    rollbacks: 1,
    actors: [
      {
        member: 'x',
        lives: [
          ['read', 'a', 'b'],
          ['read', 'c', 'd'],
        ],
      },
      { member: 'h', lives: [['H', 'I'], ['J']] },
    ],
  },
  'growing 1, 3, 4 and 4 others, with an heir and two that change guardians': {
    ...busy,
    set: guardians(1),
    others: ['g2', 'g3', 'g4', 'g5', 'g6'],
    actors: [
      {
        member: 'x',
        lives: [
          ['read', 'a', guardians(3, 2), 'b', guardians(4, 3), 'c'],
          ['read', 'd', guardians(4, 4, 2), 'e'],
        ],
      },
      { member: 'g2', lives: [[guardians(3, 2, 2), 'M', guardians(4, 3, 3), 'N']] },
      { member: 'z', lives: [['H', 'I', 'J']] },
    ],
  },
};

/** One walk; what went wrong, with its story. */
function walk(moves: Moves, seed: number, steps: number): readonly string[] {
  const random = randomOf(seed);
  const choices: number[] = [];
  let state = moves.start;
  for (let step = 0; step < steps; step += 1) {
    const all = moves.from(state);
    if (all.length === 0) break;
    const choice = Math.floor(random() * all.length);
    choices.push(choice);
    const move = all[choice];
    if (move === undefined) break;
    if (move.violation !== undefined) return [move.violation, ...moves.tell(choices)];
    state = move.state;
  }
  const { learned } = moves.knowledge.of(state[moves.places.knowledge] as number);
  longest = learned.length > longest.length ? learned : longest;
  return [];
}

let longest = '';

it.each(Object.entries(models))('%s: one history in every walk', (name, model) => {
  longest = '';
  const moves = new Moves(model);
  for (let seed = 1; seed <= 50; seed += 1) {
    expect(walk(moves, seed, 250), `seed ${seed}`).toEqual([]);
  }
  console.log(`${name}: longest history "${longest}"`);
  expect(longest.length).toBeGreaterThan(4);
});

it('finds a fault that is patched in, too', async () => {
  const mutant = mutants.find(({ name }) => name === 'accept on a stale ballot');
  if (mutant === undefined) throw new Error('the mutant has another name');
  const found = await withMutant(mutant, (code) => {
    const model = Object.values(models)[0] as Model;
    const moves = new Moves({ ...model, code });
    for (let seed = 1; seed <= 300; seed += 1) {
      const [violation] = walk(moves, seed, 250);
      if (violation !== undefined) return violation;
    }
    return '';
  });
  expect(found).not.toBe('');
});
