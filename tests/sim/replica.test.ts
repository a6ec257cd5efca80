// The same histories with the real Yjs replica and its gate in place of the plain set: both agree.
import { createYjsReplica, yjsEncoding } from '@hedgerow/core/replica';
import { type Faults, mixFaults, Random, simulate } from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';

describe('the Yjs replica under the same histories', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed))(
    'seed %i ends with the same sets, views and estates',
    (seed) => {
      // Each third seed is full of lies: the gate must refuse what the plain set refuses, and nothing else.
      const lies: Faults = seed % 3 === 0 ? { forge: 60, lie: 60, initTwice: 6 } : {};
      const faults = { ...mixFaults(new Random(seed, 9)), ...lies };
      const script = { seed, nodes: 4, lastsMs: 900_000, events: { faults } };
      const plain = simulate(script);
      const yjs = simulate(script, { replica: createYjsReplica, encoding: yjsEncoding });
      expect(yjs.violation).toBe(undefined);
      expect(plain.violation).toBe(undefined);
      expect(yjs.hash).toBe(plain.hash);
      for (const [at, node] of yjs.cluster.nodes.entries()) {
        const other = plain.cluster.nodes[at];
        expect(node.replica?.ids()).toEqual(other?.replica?.ids());
        expect(node.replica?.view.canonicalBytes()).toEqual(other?.replica?.view.canonicalBytes());
        expect(node.disk.register).toEqual(other?.disk.register);
      }
    },
  );
});
