/**
 * Every verb killed before every one of its file operations, and every verb frozen there while others run
 * to their end, against an oracle that knows nothing but what was answered.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, prefixOf } from '../address/index.ts';
import type { Attachment } from './attachment.ts';
import { type HeldAddress, isHeld } from './entry.ts';
import { drainBlock } from './publish.ts';
import { type AddResult, createTestbed, smallPool, smallPool6, type Testbed } from './testbed.ts';
import type { Files } from './types.ts';

class Killed extends Error {}

const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

/** What one caller does. Draining stands for the agent. */
type Verb = `add ${Name}` | `del ${Name}` | 'sweep' | 'drain';

function pod(containerId: string): Attachment {
  return { network: 'pods', containerId, ifname: 'eth0' };
}

/** What was answered and not deleted since: the addresses that containers may be using. */
class Oracle {
  readonly live = new Map<string, readonly HeldAddress[]>();
  /** A DEL of these was killed: an ADD that was under way then may answer what that DEL has freed. */
  private readonly halfDeleted = new Set<string>();
  readonly bed: Testbed;

  constructor(bed: Testbed) {
    this.bed = bed;
  }

  /** Runs a verb and takes note of its answer. A DEL takes effect, for its caller, when it is called. */
  run(verb: Verb, files: Files = this.bed.files): void {
    const [kind, name = ''] = verb.split(' ');
    if (kind === 'add') this.answered(name, this.bed.add(pod(name), { files }));
    else if (kind === 'sweep') this.bed.sweep(files);
    else if (kind === 'drain')
      drainBlock(files, this.bed.place, 'default', prefixOf('10.244.0.4/30'));
    else {
      this.live.delete(name);
      this.halfDeleted.add(name);
      expect(this.bed.del(pod(name), files)).toBeUndefined();
      this.halfDeleted.delete(name);
      expect(this.entriesOf(name)).toEqual([]);
    }
    this.check();
  }

  private answered(name: string, result: AddResult): void {
    if (result.ok) {
      if (!this.halfDeleted.has(name)) this.live.set(name, result.value);
    } else {
      expect(result.error.code).not.toBe('io');
      // What is held stays, whether it was answered or its ADD was killed a moment before.
      if (result.error.code === 'held') expect(this.entriesOf(name)).not.toEqual([]);
      else expect(this.entriesOf(name)).toEqual([]);
    }
  }

  /** Addresses that say they are taken by this attachment. */
  private entriesOf(name: string): readonly string[] {
    const end = ` -> pods/${name}:eth0`;
    return this.bed.remains().filter((path) => path.endsWith(end));
  }

  /** S1 on one node: no address twice; and nobody freed what was answered. */
  check(): void {
    const all = [...this.live.values()].flat();
    const addresses = all.map(({ address }) => formatAddress(address));
    expect(new Set(addresses).size, `duplicate in ${addresses}`).toBe(addresses.length);
    for (const held of all) expect(isHeld(this.bed.files, this.bed.place, held)).toBe(true);
  }

  /** After DEL of everything and a sweep nothing may be left, and every address can be given again. */
  repair(): void {
    for (const name of names) this.run(`del ${name}`);
    this.bed.sweep();
    expect(this.bed.remains()).toEqual([]);
  }
}

function small(first: readonly Verb[], countsLinks = true): Oracle {
  const pools = [smallPool('10.244.0.4/30', '10.244.0.8/30'), smallPool6('fd00::4/126')];
  const oracle = new Oracle(createTestbed({ pools, restMs: 0, countsLinks }));
  for (const verb of first) oracle.run(verb);
  return oracle;
}

/** Runs `verb` and calls `at` before its operation number `index`. Returns false when it has fewer. */
function interrupt(oracle: Oracle, verb: Verb, index: number, at: () => void): boolean {
  let count = 0;
  const files = oracle.bed.hooked(() => {
    if (count++ === index) at();
  });
  oracle.run(verb, files);
  return count > index;
}

/** The same, killed there. */
function kill(oracle: Oracle, verb: Verb, index: number): boolean {
  try {
    return interrupt(oracle, verb, index, () => {
      throw new Killed();
    });
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
}

const verbs: readonly Verb[] = ['add a', 'add b', 'del a', 'del b', 'sweep', 'drain'];
const starts: readonly (readonly Verb[])[] = [[], ['add a'], ['add a', 'add b', 'drain']];

describe.each([true, false])('links counted: %s', (countsLinks) => {
  test('a verb killed anywhere leaves nothing that DEL and a sweep do not free', () => {
    let cases = 0;
    for (const first of starts) {
      for (const verb of verbs) {
        for (let index = 0; ; index++) {
          const oracle = small(first, countsLinks);
          const killed = kill(oracle, verb, index);
          oracle.check();
          oracle.repair();
          if (!killed) break;
          cases++;
        }
      }
    }
    expect(cases).toBeGreaterThan(200);
  });

  test('a killed ADD that is repeated gives addresses and leaves nothing, at the latest after a DEL', () => {
    for (let index = 0, refused = 0; ; index++) {
      const oracle = small([], countsLinks);
      const killed = kill(oracle, 'add a', index);
      oracle.run('add a');
      if (!oracle.live.has('a')) {
        // Killed in its last look, with all in place: from outside that is an ADD that was answered.
        refused++;
        oracle.run('del a');
        oracle.run('add a');
      }
      // Not in every place: those are the last looks alone.
      expect(refused).toBeLessThan(16);
      expect(oracle.live.get('a')).toHaveLength(2);
      oracle.repair();
      if (!killed) break;
    }
  });

  test('an undo killed anywhere is finished by the next one', () => {
    for (let first = 0; ; first++) {
      const oracle = small(['add a'], countsLinks);
      const killed = kill(oracle, 'del a', first);
      for (let second = 0; kill(oracle, 'del a', second); second++) oracle.check();
      oracle.run('del a');
      expect(oracle.bed.remains()).toEqual([]);
      if (!killed) break;
    }
  });
});

/** A DEL and an ADD of one attachment at once: what the specification forbids and no order can mend. */
function isForbidden(outer: Verb, inner: Verb): boolean {
  const [kind, name] = outer.split(' ');
  return name !== undefined && inner === `add ${name}` && (kind === 'del' || kind === 'add');
}

test('a verb frozen anywhere while another runs: no duplicate, no foreign free, no leak', () => {
  let cases = 0;
  for (const first of starts) {
    for (const outer of verbs) {
      for (const inner of verbs.filter((verb) => !isForbidden(outer, verb))) {
        for (let index = 0; ; index++) {
          const oracle = small(first);
          const reached = interrupt(oracle, outer, index, () => oracle.run(inner));
          oracle.repair();
          if (!reached) break;
          cases++;
        }
      }
    }
  }
  expect(cases).toBeGreaterThan(1000);
});

test('an ADD frozen while its attachment is deleted answers an address that it holds, or an error', () => {
  for (let index = 0; ; index++) {
    const oracle = small(['add b']);
    const reached = interrupt(oracle, 'add a', index, () => {
      oracle.run('del a');
      oracle.run('sweep');
      oracle.run('add c');
    });
    oracle.repair();
    if (!reached) break;
  }
});

test('the same with a DEL that is killed on its way', () => {
  for (let index = 0; ; index++) {
    let reached = false;
    for (let died = 0; ; died++) {
      let killed = false;
      const oracle = small([]);
      reached = interrupt(oracle, 'add a', index, () => {
        killed = kill(oracle, 'del a', died);
      });
      oracle.repair();
      if (!killed) break;
    }
    if (!reached) break;
  }
});

const verb = fc.constantFrom<Verb>(
  ...names.flatMap((name): Verb[] => [`add ${name}`, `del ${name}`]),
  'sweep',
);

interface Frozen {
  readonly verb: Verb;
  readonly index: number;
  readonly inner: readonly Frozen[];
  readonly killed: boolean;
}

/** Verbs that freeze at some operation, let others (which may freeze too) run, then go on or die. */
function frozen(depth: number): fc.Arbitrary<Frozen> {
  return fc.record({
    verb,
    index: fc.nat(60),
    inner: depth === 0 ? fc.constant([]) : fc.array(frozen(depth - 1), { maxLength: 2 }),
    killed: fc.boolean(),
  });
}

function play(
  oracle: Oracle,
  { verb, index, inner, killed }: Frozen,
  busy: readonly string[],
): void {
  const name = verb.split(' ')[1];
  if (name !== undefined && busy.includes(name)) return;
  const now = name === undefined ? busy : [...busy, name];
  try {
    interrupt(oracle, verb, index, () => {
      for (const one of inner) play(oracle, one, now);
      if (killed) throw new Killed();
    });
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  oracle.check();
}

test('any nesting of frozen and killed verbs keeps the promise', () => {
  fc.assert(
    fc.property(
      fc.array(frozen(2), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (runs, counts) => {
        const oracle = small([], counts);
        for (const run of runs) play(oracle, run, []);
        oracle.repair();
      },
    ),
    { numRuns: 1000 },
  );
});
