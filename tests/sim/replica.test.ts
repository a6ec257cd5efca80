// The same histories with the real Yjs replica and its gate in place of the plain set: both agree.
import { createYjsReplica } from '@hedgerow/core/replica';
import { type Faults, mixFaults, Random, simulate } from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';

/** Forged entries are plain objects, which the Yjs replica refuses as such: its gate has tests of its own. */
const plainOnly = ['forge', 'lie'] as const;

describe('the Yjs replica under the same histories', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed))(
    'seed %i ends with the same sets, views and estates',
    (seed) => {
      const faults: Partial<Record<string, number>> = { ...mixFaults(new Random(seed, 9)) };
      for (const name of plainOnly) delete faults[name];
      const script = { seed, nodes: 4, lastsMs: 900_000, events: { faults: faults as Faults } };
      const plain = simulate(script);
      const yjs = simulate(script, { replica: createYjsReplica });
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
