// What must be true of what proposers are told: one history, no stale answer, nothing lost, nothing twice,
// and nothing that was said not to have happened.
import type { ProposerOutcome } from '@hedgerow/core/register';
import type { Life, Model } from './model.ts';
import { comparable } from './toy.ts';

/** What all proposers together have been told so far. */
export interface Knowledge {
  /** The longest decided history that anybody was told. */
  readonly learned: string;
  /** For each actor, what had been learned when its goal began: it must be told at least that. */
  readonly expected: readonly string[];
  /** Letters whose writers were told that they did not happen. */
  readonly denied: string;
}

/** The knowledge after an outcome, and what is wrong with it. */
export function judgeOutcome(
  model: Model,
  knowledge: Knowledge,
  life: Life,
  outcome: ProposerOutcome<string>,
): { readonly knowledge: Knowledge; readonly violation?: string } {
  if (outcome.kind === 'unreachable') return { knowledge };
  if (outcome.kind === 'frozen') return { knowledge, violation: 'frozen: one ballot, two cells' };
  const told = outcome.value.cell.value;
  const { learned, expected } = knowledge;
  const fork = (why: string) => ({ knowledge, violation: why });
  if (!comparable(told, learned)) return fork(`fork: "${told}" and "${learned}" were both decided`);
  const least = expected[life.actor] as string;
  if (!told.startsWith(least)) return fork(`stale: told "${told}" after "${least}" was decided`);
  const deed = model.actors[life.actor]?.lives[life.life]?.[life.done - 1];
  const letter = typeof deed === 'string' && deed !== 'read' ? deed : '';
  const times = told.split(letter).length - 1;
  if (letter !== '' && outcome.kind === 'decided' && times !== 1) {
    return fork(`"${letter}" was said to be decided, and is ${times} times in "${told}"`);
  }
  const denied = outcome.kind === 'conflict' ? knowledge.denied + letter : knowledge.denied;
  const longest = told.length > learned.length ? told : learned;
  const broken = [...denied].find((each) => longest.includes(each));
  if (broken !== undefined) return fork(`"${broken}" was said not to have happened, and did`);
  const letters = [...longest].filter((each) => each !== '|');
  if (new Set(letters).size < letters.length) return fork(`a write happened twice: "${longest}"`);
  const sorted = [...denied].sort().join('');
  return { knowledge: { ...knowledge, learned: longest, denied: sorted } };
}
