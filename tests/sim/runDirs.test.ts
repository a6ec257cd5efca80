// The simulator's model of a run directory and the real one (the plugin's claims and the agent's block keeper) tell
// the same of every block, whatever happens to them: also when the database goes back, or the directory is wiped.

import { firstEstate } from '@hedgerow/core/estate';
import type { RunDir } from '@hedgerow/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Disk } from '../../packages/core/src/testing/disk.ts';
import { ModelRunDir } from '../../packages/core/src/testing/modelRunDir.ts';
import { Space } from '../../packages/core/src/testing/space.ts';
import { claimsRunDir } from './claimsRunDir.ts';

/** One block a pool, so that both place a container into the same one. */
const pools = ['p0', 'p1', 'p2'].map((name, at) => ({
  name,
  prefix: `10.0.${at}.0/29`,
  blockLength: 29,
  subnet: 'pool' as const,
}));

/** What happens; the number is of a pool, a container, or of writes that are lost. */
const kinds = {
  publish: 6,
  withdraw: 4,
  close: 1,
  add: 8,
  del: 4,
  second: 4,
  halfMinute: 3,
  write: 3,
  restart: 2,
  goBack: 2,
  full: 1,
  wipe: 1,
  tidy: 1,
  reboot: 1,
} as const;
type Deed = readonly [keyof typeof kinds, number];

/** One of the two, with a database of its own. */
class Side {
  readonly disk: Disk;
  private readonly run: RunDir;
  private nowMs = 1_000_000;
  private seed = 1;

  constructor(make: (parts: ConstructorParameters<typeof ModelRunDir>[0]) => RunDir) {
    const ballot = { counter: 0, proposer: 'node', bootNonce: '' };
    this.disk = new Disk({ ballot, estate: firstEstate('node', []) }, 'store');
    // Never so low that a call of the plugin is killed.
    const random = (): number => {
      this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
      return 0.1 + (this.seed / 2 ** 32) * 0.9;
    };
    const { disk } = this;
    const space = new Space(pools);
    this.run = make({ space, disk, machine: 0, wallMs: () => this.nowMs, random });
    this.run.agentStarted();
  }

  /** What is told of it, in words and in an order of its own. */
  play([kind, number]: Deed): readonly string[] {
    const said = this.done(kind, number);
    for (const event of this.run.poll(this.nowMs)) {
      if (event.type === 'usage') continue;
      const lost = event.type === 'wiped' ? event.lost : '';
      said.push(`${event.type} ${event.prefix} ${lost}`);
    }
    const held = containers.map((name) => this.run.held(name).length).join();
    return [...said.sort(), `held ${held}`];
  }

  private done(kind: Deed[0], number: number): string[] {
    const { run, disk } = this;
    const pool = pools[number % pools.length] as (typeof pools)[number];
    const container = containers[number % containers.length] as string;
    switch (kind) {
      case 'publish':
      case 'withdraw':
      case 'close':
        run.aim(kind, pool.name, pool.prefix);
        return [];
      case 'add':
        return [`got ${run.add(container, [pool.name], this.nowMs)?.length ?? 'nothing'}`];
      case 'del':
        return [`freed ${run.del(container, this.nowMs).length}`];
      case 'second':
      case 'halfMinute':
        this.nowMs += kind === 'second' ? 1_000 : 30_000;
        return [];
      case 'write':
        disk.commit(disk.register, undefined);
        return [];
      case 'goBack':
        disk.rollBack(number);
        run.agentStarted();
        return [];
      case 'restart':
        run.agentStarted();
        return [];
      case 'full':
        disk.isFull = !disk.isFull;
        return [];
      case 'reboot':
        run.reboot();
        run.agentStarted();
        return [];
      default:
        run[kind]();
        return [];
    }
  }
}

const containers = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];

const deeds = fc.array(
  fc.tuple(
    fc.oneof(
      ...Object.entries(kinds).map(([kind, weight]) => ({
        arbitrary: fc.constant(kind as keyof typeof kinds),
        weight,
      })),
    ),
    fc.nat(5),
  ),
  { minLength: 1, maxLength: 60 },
);

test('the model and the real one tell the same of every block', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(deeds, (all) => {
      const model = new Side((parts) => new ModelRunDir(parts));
      const real = new Side(claimsRunDir);
      for (const deed of all) {
        const told = model.play(deed);
        expect(real.play(deed)).toEqual(told);
        for (const each of told) seen.add(each.replace(/10\S+ /, ''));
      }
    }),
    { numRuns: 1_000 },
  );
  for (const event of ['published ', 'withdrawn ', 'wiped block', 'wiped entries', 'wiped notes'])
    expect(seen).toContain(event);
});

test('nothing is told as wiped that nobody wiped, however the database goes back', () => {
  fc.assert(
    fc.property(deeds, (all) => {
      for (const side of [new Side((parts) => new ModelRunDir(parts)), new Side(claimsRunDir)]) {
        const harmless = all.filter(([kind]) => kind !== 'wipe' && kind !== 'tidy');
        const told = harmless.flatMap((deed) => side.play(deed));
        expect(told.filter((each) => each.startsWith('wiped'))).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});
