// The plain and the Yjs replica, through the same histories: loss, repetition, disorder, restored members.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryId, memberEntryId, type SignedEntry } from '../ownership/index.ts';
import { freshLedger } from './fixtures.ts';
import type { PlainReplica } from './plainReplica.ts';
import { contents, ledgerContents, makePlain, makeYjs, samples } from './testReplicas.ts';
import type { Received, Replica, Update, Vector } from './types.ts';
import { decodeVector } from './wire.ts';
import type { YjsReplica } from './yjsReplica.ts';

const nodes = 4;

/** One thing that happens in a cluster. */
type Event =
  | {
      readonly type: 'publish';
      readonly node: number;
      readonly first: number;
      readonly count: number;
    }
  /** `node` prepares and never receives: its write failed for good. */
  | { readonly type: 'fail'; readonly node: number; readonly first: number }
  /** Some update of the past arrives: late, again, out of order, or for the first time. */
  | { readonly type: 'deliver'; readonly node: number; readonly mail: number }
  | { readonly type: 'pull'; readonly node: number; readonly from: number }
  | { readonly type: 'save'; readonly node: number }
  /** `node` comes back as it was when it was saved last: a restored snapshot. */
  | { readonly type: 'restore'; readonly node: number };

const node = fc.nat(nodes - 1);
const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('publish'),
      node,
      first: fc.nat(60),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('fail'), node, first: fc.nat(60) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('deliver'), node, mail: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pull'), node, from: node }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('save'), node }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restore'), node }) },
);
const histories = fc.array(events, { minLength: 5, maxLength: 60 });

/** Four replicas of one kind, the updates they ever made, and their snapshots. */
class Cluster<R extends Replica> {
  readonly replicas: R[];
  readonly #mail: Update[] = [];
  readonly #saved: (() => R)[];
  readonly #saver: (replica: R) => () => R;

  constructor(make: (node: number) => R, saver: (replica: R, node: number) => () => R) {
    this.replicas = Array.from({ length: nodes }, (_, n) => make(n));
    this.#saved = this.replicas.map((_, n) => () => make(n));
    this.#saver = (replica) => saver(replica, this.replicas.indexOf(replica));
  }

  apply(event: Event): Received | undefined {
    const replica = this.replicas[event.node] as R;
    switch (event.type) {
      case 'publish':
        return this.#send(replica, replica.prepare(samples(event.first, event.count)));
      case 'fail':
        replica.prepare(samples(event.first, 1));
        replica.abandon();
        return undefined;
      case 'deliver': {
        const update = this.#mail[event.mail % this.#mail.length];
        return update && replica.receive(update);
      }
      case 'pull':
        return this.pull(event.node, event.from);
      case 'save':
        this.#saved[event.node] = this.#saver(replica);
        return undefined;
      case 'restore':
        this.replicas[event.node] = (this.#saved[event.node] as () => R)();
        return undefined;
    }
  }

  pull(to: number, from: number): Received | undefined {
    const replica = this.replicas[to] as R;
    const update = (this.replicas[from] as R).diff(replica.vector());
    return update && replica.receive(update);
  }

  /** Vectors first, ids where that is not enough: what anti-entropy does with every pair. */
  heal(): void {
    for (let one = 0; one < nodes; one += 1) {
      for (let other = 0; other < one; other += 1) this.#meet(one, other);
    }
  }

  #meet(one: number, other: number): void {
    this.pull(one, other);
    this.pull(other, one);
    const [a, b] = [this.replicas[one] as R, this.replicas[other] as R];
    if (a.hash() === b.hash()) return;
    const [idsOfA, idsOfB] = [a.ids(), b.ids()];
    this.#send(a, a.republish(idsOfA.filter((id) => !idsOfB.includes(id))));
    this.#send(b, b.republish(idsOfB.filter((id) => !idsOfA.includes(id))));
    this.pull(one, other);
    this.pull(other, one);
  }

  #send(replica: R, update: Update | undefined): Received | undefined {
    if (update !== undefined) this.#mail.push(update);
    return update && replica.receive(update);
  }
}

function plainCluster(): Cluster<PlainReplica> {
  return new Cluster(
    (n) => makePlain(`node-${n}`),
    (replica) => {
      const saved = replica.clone(freshLedger());
      return () => saved.clone(freshLedger());
    },
  );
}

function yjsCluster(): Cluster<YjsReplica> {
  return new Cluster(
    (n) => makeYjs(`node-${n}`),
    (replica, n) => {
      const saved = [...replica.snapshot()];
      return () => {
        const restored = makeYjs(`node-${n}`);
        expect(restored.load(saved).problems).toEqual([]);
        return restored;
      };
    },
  );
}

/** A vector as a map, of either kind. */
function nextOf(vector: Vector): ReadonlyMap<number, number> | undefined {
  if (!(vector instanceof Uint8Array)) return vector.next;
  const decoded = decodeVector(vector);
  return decoded.ok ? decoded.value : undefined;
}

/** The same, worked out from the entries alone, without care for speed. */
function dumbContents(replica: Replica): unknown {
  const ids = [...replica.ids()].sort();
  const entries = ids.map((id) => replica.get(id) as SignedEntry);
  expect(entries.map(entryId)).toEqual(ids);
  const ledger = freshLedger();
  const { view, registers } = ledger;
  for (const entry of entries) if (entry.type === 'register') registers.add(entry);
  const members = new Map();
  for (const entry of entries) {
    if (entry.type === 'ownership') view.add(entry);
    else if (entry.type === 'member') {
      const best = members.get(entry.body.member);
      const first = best === undefined || best.sequence < entry.body.sequence;
      const lower = best?.sequence === entry.body.sequence && entryId(entry) < memberEntryId(best);
      if (first || lower) members.set(entry.body.member, entry.body);
    }
  }
  const alone = makePlain('x');
  const update = alone.prepare(entries);
  if (update !== undefined) alone.receive(update);
  return { hash: alone.hash(), ids, size: ids.length, members, ...ledgerContents(ledger) };
}

function outcome(received: Received | undefined): unknown {
  if (received === undefined) return undefined;
  const { added, change, refused, update } = received;
  return { added, change, code: refused?.code, stored: update !== undefined };
}

test('both go through every history alike, and contents follow from the entries alone', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const [plain, yjs] = [plainCluster(), yjsCluster()];
      for (const event of history) {
        expect(outcome(plain.apply(event))).toEqual(outcome(yjs.apply(event)));
        const [one, other] = [plain.replicas[event.node], yjs.replicas[event.node]];
        expect(one?.hash()).toBe(other?.hash());
      }
      plain.replicas.forEach((replica, n) => {
        const other = yjs.replicas[n] as YjsReplica;
        expect(contents(other)).toEqual(contents(replica));
        expect(nextOf(other.vector())).toEqual(nextOf(replica.vector()));
        expect(contents(replica)).toEqual(dumbContents(replica));
      });
    }),
    { numRuns: 80 },
  );
});

test('anti-entropy brings all to the union of what anybody has left', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const cluster = plainCluster();
      for (const event of history) cluster.apply(event);
      const union = new Set(cluster.replicas.flatMap((replica) => replica.ids()));
      for (let round = 0; round < 3; round += 1) cluster.heal();
      for (const replica of cluster.replicas) {
        expect(replica.ids()).toEqual([...union].sort());
        expect(contents(replica)).toEqual(contents(cluster.replicas[0] as Replica));
      }
    }),
    { numRuns: 200 },
  );
});
