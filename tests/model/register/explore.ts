// Breadth-first over everything that can happen in a model, up to its bounds, without a state twice.
//
// A state is a row of numbers. Two states that differ only in the names of guardians count as one. The
// trace of a violation is found by playing the choices that led to it again.

import type { Model } from './model.ts';
import { Moves } from './moves.ts';
import type { State } from './state.ts';
import { Symmetry } from './symmetry.ts';

/** What exploring a model came to. */
export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** Steps from the start to the furthest state. */
  readonly depth: number;
  readonly seconds: number;
  /** The longest history that anybody was told. */
  readonly longest: string;
  readonly violation?: string;
  /** How the violation came about, a line a step. */
  readonly trace: readonly string[];
  /** False when the bound on states was hit first. */
  readonly isComplete: boolean;
}

/** Explores a model until nothing new, a violation, or `maxStates`. */
export function explore(model: Model, maxStates = 2_000_000): Explored {
  const began = performance.now();
  const moves = new Moves(model);
  const symmetry = new Symmetry(moves);
  /** States as they came, before any renaming: a cheap first look. */
  const met = new Set<string>();
  const seen = new Set<string>();
  const parents: number[] = [-1];
  const choices: number[] = [0];
  let frontier: (readonly [State, number])[] = [[moves.start, 0]];
  let transitions = 0;
  let depth = 0;
  const result = (found: Pick<Explored, 'trace' | 'isComplete' | 'violation'>): Explored => ({
    states: seen.size,
    transitions,
    depth,
    seconds: (performance.now() - began) / 1000,
    longest: moves.knowledge.all.reduce(
      (a, b) => (b.learned.length > a.length ? b.learned : a),
      '',
    ),
    ...found,
  });
  seen.add(symmetry.key(moves.start));
  for (; frontier.length > 0; depth += 1) {
    const next: (readonly [State, number])[] = [];
    for (const [state, index] of frontier) {
      for (const [choice, { state: after, violation }] of moves.from(state).entries()) {
        transitions += 1;
        if (violation !== undefined) {
          const path = [...pathTo(index, parents, choices), choice];
          return result({ violation, trace: moves.tell(path), isComplete: false });
        }
        const plain = after.join(' ');
        if (met.has(plain)) continue;
        met.add(plain);
        const key = symmetry.key(after);
        if (seen.has(key)) continue;
        seen.add(key);
        parents.push(index);
        choices.push(choice);
        next.push([after, parents.length - 1]);
      }
      if (seen.size >= maxStates) return result({ trace: [], isComplete: false });
    }
    frontier = next;
  }
  return result({ trace: [], isComplete: true });
}

function pathTo(
  index: number,
  parents: readonly number[],
  choices: readonly number[],
): readonly number[] {
  const path: number[] = [];
  for (let at = index; at > 0; at = parents[at] as number) path.push(choices[at] as number);
  return path.reverse();
}
