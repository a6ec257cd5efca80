// Both kinds of replica as tests want them, and what tests do with any replica.
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import type { SignedEntry } from '../ownership/index.ts';
import { freshLedger, network, sample } from './fixtures.ts';
import type { Ledger } from './ledger.ts';
import { createPlainReplica, type PlainReplica } from './plainReplica.ts';
import type { Received, Replica, Update } from './types.ts';
import { createYjsReplica, type YjsReplica } from './yjsReplica.ts';

/** An empty plain replica of a member on the store 'store'. */
export function makePlain(member: string): PlainReplica {
  const options = { network, member, storeId: 'store', verify: fakeVerify, ledger: freshLedger() };
  return createPlainReplica(options);
}

/** An empty Yjs replica of a member on the store 'store'. */
export function makeYjs(member: string): YjsReplica {
  const signer = fakeSigner(member);
  const options = { network, signer, storeId: 'store', verify: fakeVerify, ledger: freshLedger() };
  return createYjsReplica(options);
}

/** Makes an empty replica of a member. */
export type Make = (member: string) => Replica;

/** Every kind of replica, by name. */
export const kinds: readonly (readonly [name: string, make: Make])[] = [
  ['plain', makePlain],
  ['yjs', makeYjs],
];

/** Publishes, as if storing took no time and never failed. */
export function publish(replica: Replica, ...entries: readonly SignedEntry[]): Update {
  const update = replica.prepare(entries);
  if (update === undefined) throw new Error('nothing was left to publish');
  const { refused } = replica.receive(update);
  if (refused !== undefined) throw new Error(refused.message);
  return update;
}

/** One replica gets from another what its vector lacks. */
export function pull(to: Replica, from: Replica): Received | undefined {
  const update = from.diff(to.vector());
  return update === undefined ? undefined : to.receive(update);
}

/** What a replica has to show, apart from who published it. */
export function contents(replica: Replica): unknown {
  const { size, members } = replica;
  return { hash: replica.hash(), ids: replica.ids(), size, members, ...ledgerContents(replica) };
}

/** What a ledger has to show of the fixtures. */
export function ledgerContents({ view, registers }: Ledger): object {
  const sets = [1, 2, 3].map((epoch) => registers.setOf('silent', epoch));
  const latest = registers.latest('silent');
  return { view: view.canonicalBytes(), sets, latest, gone: registers.isGone('silent') };
}

/** Some entries of every sort. */
export function samples(first: number, count: number): SignedEntry[] {
  return Array.from({ length: count }, (_, n) => sample(first + n));
}

/** What anti-entropy does where vectors are equal or not: diffs, then ids, then diffs. */
export function heal(one: Replica, other: Replica): void {
  pull(one, other);
  pull(other, one);
  const [ofOne, ofOther] = [one.ids(), other.ids()];
  for (const [replica, ids, theirs] of [
    [one, ofOne, new Set(ofOther)],
    [other, ofOther, new Set(ofOne)],
  ] as const) {
    const update = replica.republish(ids.filter((id) => !theirs.has(id)));
    if (update !== undefined) replica.receive(update);
  }
  pull(one, other);
  pull(other, one);
}
