// How a rule says that a plugin breaks it. Any other error is a mistake of the suite or of its set-up and ends the run.

/** The plugin breaks the rule; the message says how, in the same words in each run. */
export class Broken extends Error {}

/** Throws `Broken` unless the condition holds. */
export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Broken(otherwise);
}

/** Tries all cases, also after one is broken, and tells the first that is and how many more are. */
export async function each<T>(
  cases: readonly T[],
  name: (one: T) => string,
  check: (one: T) => Promise<void>,
): Promise<void> {
  const broken: string[] = [];
  for (const one of cases) {
    try {
      await check(one);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      broken.push(`${name(one)}: ${error.message}`);
    }
  }
  const more = broken.length > 1 ? ` (and ${broken.length - 1} more of ${cases.length})` : '';
  if (broken.length > 0) throw new Broken(`${broken[0]}${more}`);
}
