// A restart takes from memory what reading the whole disk again would give.
import { expect, test } from 'vitest';
import { toHex } from '../crypto/index.ts';
import type { Replica } from '../replica/types.ts';
import { mixFaults } from './faults.ts';
import { Random } from './random.ts';
import { simulate } from './simulate.ts';
import type { Checker } from './types.ts';

function contents(replica: Replica): unknown {
  const vector = replica.vector();
  const next = vector instanceof Uint8Array ? [] : [...vector.next].sort();
  const { size } = replica;
  return { hash: replica.hash(), size, next, view: toHex(replica.view.canonicalBytes()) };
}

test('every restart has the set, the log and the view that its disk has', () => {
  const seen = { restarts: 0, lost: 0 };
  const checker: Checker = {
    invariant: 'memory',
    says: 'a restart from memory equals a restart from disk',
    stepped({ cluster, signer, disk, replica, life }, { type }) {
      if (type !== 'start' || replica === undefined) return undefined;
      seen.restarts += life > 1 ? 1 : 0;
      expect(contents(replica)).toEqual(contents(cluster.replicas.load(signer, disk)));
      return undefined;
    },
  };
  for (let seed = 0; seed < 24; seed += 1) {
    const faults = { ...mixFaults(new Random(seed, 9)), crash: 20, crashAfterPersist: 10 };
    const script = { seed, nodes: 4, lastsMs: 1_200_000, events: { faults } };
    const { cluster, violation } = simulate(script, { checkers: () => [checker] });
    expect(violation).toBe(undefined);
    for (const { memory } of cluster.nodes) seen.lost += memory.losses;
  }
  expect(seen.restarts).toBeGreaterThan(500);
  expect(seen.lost).toBeGreaterThan(50);
});
