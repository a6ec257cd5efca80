import type { Situation } from './situations.ts';

/** One deliberate breakage of the protocol: texts of core's sources and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** What it breaks, in one sentence. */
  readonly says: string;
  readonly patches: readonly Patch[];
  /** Where it shows: what random runs do not do, or nobody there looks at. */
  readonly situation?: Situation;
  /** Why no run can tell it from the original, if that is so. */
  readonly equivalent?: string;
}

/** `search` stands exactly once in the file. Paths are relative to packages/core/src. */
export interface Patch {
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

/** A mutant with one patch. */
export function mutant(
  name: string,
  says: string,
  file: string,
  search: string,
  replace: string,
): Mutant {
  return { name, says, patches: [{ file, search, replace }] };
}

/** A mutant with one patch that shows in a situation. */
export function shownIn(situation: Situation, one: Mutant): Mutant {
  return { ...one, situation };
}
