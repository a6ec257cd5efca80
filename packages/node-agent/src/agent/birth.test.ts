import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import { genesisHoldings, type Pool } from '@hedgerow/core/membership';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openState, prepareKey } from '../store/index.ts';
import { initCluster, storedGenesis } from './birth.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hedgerow-birth-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const pools: readonly Pool[] = [
  { name: 'default', prefix: '10.244.0.0/16', blockLength: 26, subnet: 'pool' },
];

function genesisIn(stateDir: string) {
  const { store } = must(openState(stateDir));
  const { genesis, network } = store.identity;
  const register = must(store.loadRegister());
  store.close();
  return { genesis: storedGenesis(genesis, network), register };
}

describe('init', () => {
  it('gives a sole founder every pool, in its register and in the genesis', () => {
    const stateDir = join(home, 'a');
    const born = must(initCluster({ stateDir, cluster: 'demo', pools }));
    const { genesis, register } = genesisIn(stateDir);
    expect(genesisHoldings(genesis, born.member)).toEqual(register.estate.holdings);
    expect(register.estate.holdings).toMatchObject([{ prefix: '10.244.0.0/16', use: 'reserve' }]);
  });

  it('is refused on used state, and changes nothing', () => {
    const stateDir = join(home, 'a');
    const first = must(initCluster({ stateDir, cluster: 'demo', pools }));
    expect(initCluster({ stateDir, cluster: 'other', pools })).toMatchObject({
      error: { code: 'state-used' },
    });
    expect(must(openState(stateDir)).key.member).toBe(first.member);
  });

  it('shares the pools with founders whose keys were prepared, and keeps the rest', () => {
    const friend = must(prepareKey(join(home, 'b'))).member;
    const founders = [
      { member: friend, prefixes: [{ pool: 'default', prefix: '10.244.64.0/18' }] },
    ];
    const stateDir = join(home, 'a');
    const { member } = must(initCluster({ stateDir, cluster: 'demo', pools, founders }));
    const { genesis } = genesisIn(stateDir);
    expect(genesisHoldings(genesis, friend)).toMatchObject([{ prefix: '10.244.64.0/18' }]);
    expect(genesisHoldings(genesis, member).map(({ prefix }) => prefix)).toEqual([
      '10.244.0.0/18',
      '10.244.128.0/17',
    ]);
  });

  it('refuses founders that overlap or stand outside their pool', () => {
    const member = must(prepareKey(join(home, 'b'))).member;
    const sharing = (...prefixes: string[]) =>
      initCluster({
        stateDir: join(home, 'a'),
        cluster: 'demo',
        pools,
        founders: [{ member, prefixes: prefixes.map((prefix) => ({ pool: 'default', prefix })) }],
      });
    expect(sharing('10.244.0.0/17', '10.244.64.0/18')).toMatchObject({
      error: { code: 'genesis' },
    });
    expect(sharing('10.9.0.0/16')).toMatchObject({ error: { code: 'genesis' } });
    expect(existsSync(join(home, 'a', 'key'))).toBe(false);
  });

  it('takes the prepared key, once', () => {
    const stateDir = join(home, 'a');
    const { member } = must(prepareKey(stateDir));
    expect(must(prepareKey(stateDir)).member).toBe(member);
    expect(must(initCluster({ stateDir, cluster: 'demo', pools })).member).toBe(member);
    expect(existsSync(join(stateDir, 'prepared-key'))).toBe(false);
    expect(prepareKey(stateDir)).toMatchObject({ error: { code: 'state-used' } });
  });
});
