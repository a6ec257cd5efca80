import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { firstEstate } from '../../estate/index.ts';
import { genesisHoldings, genesisRecords, networkIdOf } from '../../membership/genesis.ts';
import type { Genesis } from '../../membership/types.ts';
import type { Versioned } from '../../register/index.ts';
import { createLedger, createPlainReplica } from '../../replica/index.ts';
import type { Input, Tuning } from '../contract/index.ts';
import { defaultTuning } from '../contract/index.ts';
import { freeOf, step } from '../reducer/index.ts';
import { createNode, idlePace, type NodeState } from '../state/index.ts';
import { halfLifeMs, leadMs, lowMark, quicken } from './pace.ts';

const member = 'a';
const pool = {
  name: 'default',
  prefix: '10.0.0.0/16',
  blockLength: 26,
  subnet: 'pool',
} as const;
const genesis: Genesis = {
  cluster: 'test',
  nonce: '0'.repeat(32),
  pools: [pool],
  founders: [{ member, prefixes: [{ pool: pool.name, prefix: pool.prefix }] }],
  authorities: [member],
};

/** A founder alone, with its run directory: what asks for a block gets it `lateMs` later. */
class Solo {
  nowMs = 1_000;
  commits = 0;
  withdrawals = 0;
  /** ADDs that found nothing free at first. */
  waited = 0;
  #waiting = 0;
  readonly blocks: Map<string, number> = new Map();
  readonly state: NodeState;
  readonly #due: { readonly atMs: number; readonly input: Input }[] = [];
  readonly #env: Parameters<typeof step>[2];
  readonly #lateMs: number;

  constructor(tuning: Partial<Tuning>, lateMs: number, before?: Solo) {
    const network = networkIdOf(genesis);
    const verify = fakeVerify;
    const ledger = createLedger({
      network,
      roots: genesisRecords(genesis),
      verify,
      authorities: genesis.authorities,
    });
    const replica = createPlainReplica({ network, member, storeId: 's', verify, ledger });
    const estate = firstEstate(member, genesisHoldings(genesis, member));
    const born = { ballot: { counter: 0, proposer: member, bootNonce: '' }, estate };
    const register = before === undefined ? born : before.register;
    this.#lateMs = lateMs;
    this.#env = {
      nowMs: 0,
      random: () => 0.5,
      signer: fakeSigner(member),
      verify: fakeVerify,
      replica,
    };
    this.state = createNode({ member, genesis, register, store: 's', tuning });
    this.take({ type: 'start', register, bootNonce: '00' });
    for (const [prefix, used] of before?.blocks ?? []) this.blocks.set(prefix, used);
  }

  take(input: Input): void {
    const env = { ...this.#env, nowMs: this.nowMs };
    for (const effect of step(this.state, input, env).effects) {
      if (effect.type === 'persist') this.take({ type: 'persisted', write: effect.write });
      if (effect.type === 'publishBlock') {
        this.commits += 1;
        this.#later({ type: 'published', pool: effect.pool, prefix: effect.prefix });
      }
      if (effect.type === 'withdrawBlock') {
        this.withdrawals += 1;
        this.blocks.delete(effect.prefix);
        this.#later({ type: 'withdrawn', pool: effect.pool, prefix: effect.prefix });
      }
    }
  }

  #later(input: Input): void {
    this.#due.push({ atMs: this.nowMs + this.#lateMs, input });
  }

  /** One second: containers come evenly spread over it; then use is told. */
  second(adds: number, dels = 0): void {
    for (let at = 0; at < 10; at++) {
      this.nowMs += 100;
      for (const due of this.#due.splice(0)) {
        if (due.atMs > this.nowMs) this.#due.push(due);
        else this.#arrive(due.input);
      }
      const share = Math.floor((adds * (at + 1)) / 10) - Math.floor((adds * at) / 10);
      for (let add = 0; add < share; add++) if (!this.#add()) this.#wait();
      while (this.#waiting > 0 && this.#add()) this.#waiting -= 1;
    }
    for (let del = 0; del < dels; del++) this.#del();
    const blocks = [...this.blocks].map(([prefix, used]) => ({ pool: pool.name, prefix, used }));
    this.take({ type: 'usage', blocks });
    this.take({ type: 'tick' });
  }

  #arrive(input: Input): void {
    if (input.type === 'published')
      this.blocks.set(input.prefix, this.blocks.get(input.prefix) ?? 0);
    this.take(input);
  }

  #wait(): void {
    this.waited += 1;
    this.#waiting += 1;
    this.take({ type: 'wanted', pool: pool.name });
  }

  #add(): boolean {
    for (const [prefix, used] of this.blocks) {
      if (used >= (this.state.blocks.get(`${pool.name} ${prefix}`)?.usable ?? 0)) continue;
      this.blocks.set(prefix, used + 1);
      return true;
    }
    return false;
  }

  #del(): void {
    const used = [...this.blocks].find(([, count]) => count > 0);
    if (used !== undefined) this.blocks.set(used[0], used[1] - 1);
  }

  get register(): Versioned {
    return this.state.register.value;
  }

  get free(): number {
    return freeOf(this.state, pool.name).committed;
  }
}

const lateMs = 1_500;

describe('the pace of ADDs', () => {
  test('at rest asks for no more than lowFree', () => {
    const solo = new Solo({}, lateMs);
    for (let second = 0; second < 600; second++) solo.second(0);
    expect(solo.free).toBeLessThanOrEqual(64);
    expect(solo.commits).toBe(1);
  });

  test('keeps plugins from waiting where a fixed mark does not', () => {
    // Where highFree equals lowFree the mark cannot rise.
    const fixed = new Solo({ highFree: defaultTuning.lowFree }, lateMs);
    const adaptive = new Solo({}, lateMs);
    for (const solo of [fixed, adaptive]) {
      for (let second = 0; second < 10; second++) solo.second(0);
      for (let second = 0; second < 60; second++) solo.second(Math.min(second, 25));
    }
    expect(fixed.waited).toBeGreaterThan(100);
    expect(adaptive.waited).toBe(0);
  });

  test('keeps most of a second burst like the first from waiting', () => {
    const solo = new Solo({}, lateMs);
    for (let second = 0; second < 10; second++) solo.second(0);
    solo.second(100);
    const first = solo.waited;
    for (let second = 0; second < 30; second++) solo.second(0);
    solo.second(100);
    expect(first).toBeGreaterThan(30);
    expect(solo.waited - first).toBeLessThan(first / 3);
  });

  test('of containers that were there before this start of the agent is none', () => {
    const before = new Solo({}, lateMs);
    for (let second = 0; second < 30; second++) before.second(9);
    const after = new Solo({}, lateMs, before);
    for (let second = 0; second < 30; second++) after.second(0);
    expect(after.commits).toBe(before.blocks.size);
    expect(after.state.demands.get(pool.name)?.pace).toEqual(idlePace);
    after.second(3);
    expect(after.state.demands.get(pool.name)?.pace.level).toBe(3);
  });

  test('lets blocks go again when it is over, each once', () => {
    const solo = new Solo({ withdrawAfterMs: 60_000 }, lateMs);
    for (let second = 0; second < 60; second++) solo.second(20);
    for (let second = 0; second < 60; second++) solo.second(0, 20);
    const { commits } = solo;
    for (let second = 0; second < 1_800; second++) solo.second(0);
    expect(solo.commits).toBe(commits);
    expect(solo.withdrawals).toBeGreaterThan(10);
    expect(solo.free).toBeLessThan(defaultTuning.highFree + 64);
  });

  test('bounds what is kept free, and never brings back a block in the minute after one left', () => {
    const wave = fc.record({ adds: fc.nat({ max: 60 }), dels: fc.nat({ max: 60 }) });
    fc.assert(
      fc.property(fc.array(wave, { minLength: 5, maxLength: 25 }), (waves) => {
        const solo = new Solo({ withdrawAfterMs: 20_000 }, lateMs);
        for (const { adds, dels } of waves) {
          for (let second = 0; second < 10; second++) solo.second(adds, dels);
          const quiet = { commits: solo.commits, withdrawals: solo.withdrawals };
          for (let second = 0; second < 60; second++) solo.second(0);
          // Up to the mark, and no further: it only falls while nothing is added.
          const most = Math.ceil((defaultTuning.highFree + 64) / 60) + 1;
          expect(solo.commits - quiet.commits).toBeLessThanOrEqual(most);
          if (solo.withdrawals > quiet.withdrawals) {
            const settled = solo.commits;
            for (let second = 0; second < 60; second++) solo.second(0);
            expect(solo.commits).toBe(settled);
          }
          expect(solo.free).toBeLessThan(defaultTuning.highFree + 64 + 64);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the low mark', () => {
  const lead = leadMs(defaultTuning);

  test('is a steady pace times the lead, and halves when it is over', () => {
    let pace = idlePace;
    for (let nowMs = 0; nowMs <= 60_000; nowMs += 500) pace = quicken(pace, 10, nowMs, lead);
    const mark = lowMark(pace, defaultTuning, 60_000);
    expect(mark).toBeGreaterThan((20 * lead) / 1_000);
    expect(mark).toBeLessThan((20 * lead) / 1_000 + 15);
    expect(lowMark(pace, defaultTuning, 60_000 + halfLifeMs)).toBe(Math.ceil(pace.headroom / 2));
    expect(lowMark(pace, defaultTuning, 60_000 + 20 * halfLifeMs)).toBe(defaultTuning.lowFree);
  });

  test('stays between lowFree and highFree whatever comes, also with a clock that jumps', () => {
    const event = fc.record({ taken: fc.nat(100_000), nowMs: fc.integer({ min: -1e6, max: 1e9 }) });
    const tuning = fc.record({ lowFree: fc.nat(300), highFree: fc.nat(300) });
    fc.assert(
      fc.property(fc.array(event), tuning, fc.integer(), (events, marks, atMs) => {
        let pace = idlePace;
        for (const { taken, nowMs } of events) pace = quicken(pace, taken, nowMs, lead);
        const mark = lowMark(pace, marks, atMs);
        expect(mark).toBeGreaterThanOrEqual(marks.lowFree);
        expect(mark).toBeLessThanOrEqual(Math.max(marks.lowFree, marks.highFree));
      }),
    );
  });
});
