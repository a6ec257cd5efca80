// A rule of the contract: what it says, how binding it is, where it is written, and how it is checked.

import type { Bench } from './bench.ts';
import type { Need } from './claims.ts';

/**
 * How binding: the specification's words of RFC 2119, `convention` for what CONVENTIONS.md of CNI or the
 * reference library has, `claim` for what only a plugin's own documentation promises.
 */
export type Level = 'must' | 'should' | 'convention' | 'claim';

export interface Rule {
  /** Its group and number, never used again for another: `del-3`. */
  readonly id: string;
  readonly level: Level;
  /** One sentence about the plugin. */
  readonly says: string;
  /** Version and section of the specification, or another document. */
  readonly source: string;
  /** All of it must be claimed, or the rule does not apply. */
  readonly needs?: readonly Need[];
  /** Throws `Broken`. */
  check(bench: Bench): Promise<void>;
}

/** Rules that belong together, in one file. */
export interface RuleGroup {
  readonly title: string;
  readonly rules: readonly Rule[];
}
