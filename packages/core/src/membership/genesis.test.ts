import { encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { must } from '../result.ts';
import {
  checkGenesis,
  decodeGenesis,
  encodeGenesis,
  genesisHoldings,
  genesisRecords,
  networkIdOf,
} from './genesis.ts';
import type { Genesis } from './types.ts';

const alice = `12D3KooW${'Anna'.repeat(11)}`;
const carol = `12D3KooW${'Cara'.repeat(11)}`;
const genesis: Genesis = {
  cluster: 'test',
  nonce: '0123456789abcdef0123456789abcdef',
  pools: [{ name: 'default', prefix: '10.244.0.0/16', blockLength: 26, subnet: 'pool' }],
  founders: [
    { member: alice, prefixes: [{ pool: 'default', prefix: '10.244.0.0/17' }] },
    { member: carol, prefixes: [{ pool: 'default', prefix: '10.244.128.0/17' }] },
  ],
  authorities: [alice],
};

function refusedBecause(change: (genesis: Genesis) => unknown): string {
  const result = checkGenesis(change(structuredClone(genesis)));
  if (result.ok) throw new Error('accepted');
  return result.error.message;
}

describe('genesis', () => {
  it('survives its canonical bytes, and its hash names it', () => {
    const read = must(decodeGenesis(encodeGenesis(genesis)));
    expect(read).toEqual(genesis);
    expect(networkIdOf(read)).toBe(networkIdOf(genesis));
    expect(networkIdOf(genesis)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('is another network with another nonce, so equal names never mix', () => {
    const twin = { ...genesis, nonce: genesis.nonce.replace('0', 'f') };
    expect(networkIdOf(twin)).not.toBe(networkIdOf(genesis));
  });

  it('gives each founder what it owns from the start, and nobody else anything', () => {
    expect(genesisRecords(genesis).map((body) => [body.owner, body.prefix, body.version])).toEqual([
      [alice, '10.244.0.0/17', 1],
      [carol, '10.244.128.0/17', 1],
    ]);
    expect(genesisHoldings(genesis, carol)).toMatchObject([
      { pool: 'default', prefix: '10.244.128.0/17', version: 1, use: 'reserve' },
    ]);
    expect(genesisHoldings(genesis, 'stranger')).toEqual([]);
  });

  it('is refused when something is owned twice, outside its pool, or less than a block', () => {
    const owning =
      (prefix: string, pool = 'default') =>
      (old: Genesis) => ({
        ...old,
        founders: [old.founders[0], { member: carol, prefixes: [{ pool, prefix }] }],
      });
    expect(refusedBecause(owning('10.244.64.0/18'))).toContain('overlap');
    expect(refusedBecause(owning('10.245.0.0/17'))).toContain('whole blocks');
    expect(refusedBecause(owning('10.244.128.0/27'))).toContain('whole blocks');
    expect(refusedBecause(owning('10.244.128.0/17', 'other'))).toContain('no pool is named other');
  });

  it('is refused when it is malformed, and says where', () => {
    expect(refusedBecause((old) => ({ ...old, nonce: 'x' }))).toContain('genesis.nonce');
    expect(refusedBecause((old) => ({ ...old, authorities: [] }))).toContain('genesis.authorities');
    expect(refusedBecause((old) => ({ ...old, more: 1 }))).toContain('more');
    expect(refusedBecause((old) => ({ ...old, pools: [...old.pools, old.pools[0]] }))).not.toBe('');
  });

  it('is refused when its bytes are anything else', () => {
    const bad = [
      new Uint8Array(),
      new Uint8Array([0xff]),
      encode(['hedgerow/genesis/2', genesis]),
      encode({}),
      new Uint8Array(300 * 1024),
    ];
    for (const bytes of bad) expect(decodeGenesis(bytes).ok).toBe(false);
  });
});
