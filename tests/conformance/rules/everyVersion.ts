// Checks that hold for each version alike.

import type { Bench, Given } from '../bench.ts';
import { each } from '../broken.ts';

/** Checks what an ADD of each tested version gives; deletes it again. */
export function everyAdd(
  bench: Bench,
  check: (given: Given, version: string) => void,
  versions: readonly string[] = bench.versions,
): Promise<void> {
  return each(
    versions,
    (version) => version,
    async (version) => {
      const options = { version, id: `v${version.replaceAll('.', '-')}` };
      const given = await bench.add(options);
      await bench.succeed('DEL', options);
      check(given, version);
    },
  );
}

/** Tested versions from `since` to `before`, which is not among them. */
export function versionsOf(bench: Bench, since: string, before = '99.0.0'): readonly string[] {
  return bench.versions.filter((version) => version >= since && version < before);
}
