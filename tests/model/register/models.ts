// The configurations that are explored, small enough to be exhausted.
//
// `x` owns the register and writes a, then b; `h` is an heir and writes H. Ballots of `h` come before those
// of `x` at equal counters.
import type { GuardianSet } from '@hedgerow/core/estate';
import { realCode } from './code.ts';
import type { Actor, Model } from './model.ts';

/** Guardians g<from> to g<from + count - 1> of an epoch. */
export function guardians(count: number, epoch = 1, from = 1): GuardianSet {
  const members = Array.from({ length: count }, (_, index) => ({
    member: `g${from + index}`,
    store: 's',
  }));
  return { epoch, members };
}

const x = (...lives: Actor['lives']): Actor => ({ member: 'x', lives });
const h: Actor = { member: 'h', lives: [['H']] };
const h1 = { counters: 1, actors: [x(['a']), h] };

function model(fields: Partial<Model> & Pick<Model, 'set' | 'actors'>): Model {
  return { code: realCode, counters: 2, ...fields };
}

/** Has heard of ballot 2, so that its own come after the first of `x` without being outbid. */
const later: Actor = { ...h, heard: [2] };
const mover = (next: GuardianSet, ...heard: number[]): Actor => ({
  member: 'g1',
  lives: [[next]],
  heard,
});

/** Nothing that may happen here does harm. */
export const safe: Readonly<Record<string, Model>> = {
  '2 of 3, owner and heir': model({ set: guardians(3), actors: [x(['a']), later], counters: 4 }),
  '2 of 3, both start at the same ballot': model({ set: guardians(3), actors: [x(['a', 'b']), h] }),
  '3 of 4, owner and heir': model({ set: guardians(4), actors: [x(['a']), later], counters: 3 }),
  '3 of 4, owner and heir, one rollback (no answer lost)': model({
    set: guardians(4),
    actors: [x(['a']), later],
    counters: 3,
    rollbacks: 1,
    isLossless: true,
  }),
  '3 of 4, owner restarts, one rollback': model({
    set: guardians(4),
    actors: [{ ...x(['a'], ['read', 'b']), heard: [0, 2] }],
    counters: 6,
    rollbacks: 1,
  }),
  '3 of 4, owner and heir, one guardian seeded again (no answer lost)': model({
    set: guardians(4),
    actors: [x(['a']), later],
    counters: 3,
    reseeds: 1,
    isLossless: true,
  }),
  '4 of 6, owner and heir (no answer lost)': model({
    set: guardians(6),
    actors: [x(['a']), later],
    counters: 3,
    isLossless: true,
  }),
  'self, then three guardians': model({
    set: guardians(1),
    others: ['g2', 'g3'],
    counters: 6,
    actors: [{ ...x(['a', guardians(3, 2)], ['read', 'b']), heard: [0, 4] }],
  }),
  'self, then three guardians, and an heir that carries the Stop too (no answer lost)': model({
    set: guardians(1),
    others: ['g2', 'g3'],
    counters: 5,
    actors: [x([guardians(3, 2), 'a']), { member: 'z', lives: [['H']] }],
    isLossless: true,
  }),
  'a change of guardians during a write (no answer lost)': model({
    set: guardians(3),
    others: ['g4'],
    actors: [x(['a']), mover(guardians(3, 2, 2), 2)],
    counters: 5,
    isLossless: true,
  }),
  'two changes of guardians at once': model({
    set: guardians(1),
    others: ['g2', 'g3', 'g4'],
    actors: [x([guardians(3, 2)]), mover(guardians(3, 2, 2))],
    counters: 5,
  }),
};

/** Safe as well, and too large for every run: `node --conditions=hedgerow-source deep.ts`. */
export const deep: Readonly<Record<string, Model>> = {
  '2 of 3, owner and heir, retries of both': model({
    set: guardians(3),
    actors: [x(['a']), { member: 'z', lives: [['H']] }],
    counters: 4,
  }),
  '2 of 3, owner restarts, heir (no answer lost)': model({
    set: guardians(3),
    actors: [{ ...x(['a'], ['read']), heard: [0, 4] }, later],
    counters: 5,
    isLossless: true,
  }),
  '3 of 4, owner and heir, one rollback': model({
    set: guardians(4),
    actors: [x(['a']), later],
    counters: 3,
    rollbacks: 1,
  }),
  '3 of 4, owner and heir, one guardian seeded again': model({
    set: guardians(4),
    actors: [x(['a']), later],
    counters: 3,
    reseeds: 1,
  }),
};

/** What no quorum of this size can survive: the explorer must find how it goes wrong. */
export const unsafe: Readonly<Record<string, Model>> = {
  '2 of 3, one rollback': model({ set: guardians(3), ...h1, rollbacks: 1, isLossless: true }),
  '3 of 5, one rollback': model({ set: guardians(5), ...h1, rollbacks: 1, isLossless: true }),
  '3 of 4, two rollbacks': model({ set: guardians(4), ...h1, rollbacks: 2, isLossless: true }),
  '2 of 3, a guardian seeded again after it lost its disk': model({
    set: guardians(3),
    ...h1,
    reseeds: 1,
    isLossless: true,
  }),
};
