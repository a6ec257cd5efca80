/** Which checkers want to hear of what: there are many events, and most checkers look at one kind. */
import type { Checker } from './types.ts';

/** What a checker can be told. */
export type Hook = Exclude<keyof Checker, 'invariant' | 'says'>;

/** The checkers of each hook, in the order given. */
export function byHook(checkers: readonly Checker[]): Readonly<Record<Hook, readonly Checker[]>> {
  const wanting = (hook: Hook): readonly Checker[] =>
    checkers.filter((each) => each[hook] !== undefined);
  return {
    claimed: wanting('claimed'),
    freed: wanting('freed'),
    answered: wanting('answered'),
    register: wanting('register'),
    stored: wanting('stored'),
    stepped: wanting('stepped'),
    alarm: wanting('alarm'),
    settled: wanting('settled'),
  };
}
