// The ledger depends on the set of entries alone: records before their proofs, proofs before those they stand on.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeSigner } from '../crypto/index.ts';
import {
  type RecordBody,
  recordId,
  type SignedEntry,
  type SignedRecord,
  signRecord,
} from '../ownership/index.ts';
import { certificateOf, proofOf, setOf } from '../register/fixtures.ts';
import { encodeCertificate } from '../register/index.ts';
import { announcement, freshLedger, grant, network, proof, reclaim } from './fixtures.ts';
import { enter } from './ledger.ts';
import { ledgerContents } from './testReplicas.ts';

const grants = [0, 1, 2, 3, 4].map((n) => grant(n, 'silent'));
const reclaims = [0, 1, 2, 3].map((n) => reclaim(n));
const proofs = [0, 1, 2, 3].map((n) => proof(n));

function bodyOf(entry: SignedEntry | undefined): RecordBody {
  return (entry as SignedRecord).body;
}

/** What gives away a reclaimed prefix, and so waits for its proof too. */
const passedOn = reclaims.map((entry) => {
  const body = bodyOf(entry);
  const predecessors = [recordId(body)];
  return signRecord(fakeSigner('heir'), {
    ...body,
    version: 4,
    owner: 'next',
    predecessors,
    kind: 'grant',
  });
});

/** The register of `thief` vouches for what `silent` had: valid votes of the wrong guardians. */
const stolen = (() => {
  const body = { ...bodyOf(reclaim(4, 'thief')) };
  const shown = { network, owner: 'thief', set: setOf(1, 'thief'), record: recordId(body) };
  return {
    ...signRecord(fakeSigner('thief'), body),
    certificate: encodeCertificate(certificateOf(shown)),
  };
})();

/** Votes for a Stop of the second epoch, too few. */
const forged = proofOf(
  network,
  certificateOf({ network, owner: 'silent', set: setOf(2, 'a'), next: setOf(3, 'thief') }),
);

const everything = [
  ...grants,
  ...reclaims,
  ...proofs,
  ...passedOn,
  stolen,
  forged,
  announcement('silent', 1),
];

function owners(entries: readonly SignedEntry[]): (string | undefined)[] {
  const ledger = freshLedger();
  for (const entry of entries) enter(ledger, entry);
  return grants.map((entry) => ledger.view.lookup('default', bodyOf(entry).prefix)?.owner);
}

test('proofs put in force what their guardians vouch for, and nothing else', () => {
  expect(owners(grants)).toEqual(Array(5).fill('silent'));
  expect(owners([...grants, ...reclaims])).toEqual([
    'heir',
    'silent',
    'silent',
    'silent',
    'silent',
  ]);
  const proven = ['heir', 'heir', 'heir', 'heir', 'silent'];
  expect(owners([...grants, ...reclaims, ...proofs, stolen, forged])).toEqual(proven);
  expect(owners(everything)).toEqual(['next', 'next', 'next', 'next', 'silent']);
});

test('equal sets of entries have equal ledgers, whatever the order and the repetition', () => {
  const some = fc.subarray(everything).chain((entries) => {
    const all = { minLength: entries.length };
    const twice = [...entries, ...entries];
    return fc.tuple(
      fc.constant(entries),
      fc.shuffledSubarray(twice, { minLength: twice.length }),
      fc.shuffledSubarray(entries, all),
    );
  });
  fc.assert(
    fc.property(some, (orders) => {
      const [first, ...others] = orders.map((entries) => {
        const ledger = freshLedger();
        for (const entry of entries) enter(ledger, entry);
        const statuses = everything.map((entry) => {
          return entry.type === 'ownership' && ledger.view.status(recordId(entry.body));
        });
        return { statuses, contents: ledgerContents(ledger) };
      });
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 300 },
  );
});

test('what a proof did to the view is told', () => {
  const ledger = freshLedger();
  for (const entry of [...grants, ...reclaims, ...passedOn]) enter(ledger, entry);
  const [toSecond, toThird] = proofs as [SignedEntry, SignedEntry];
  expect(enter(ledger, toThird).changed).toEqual([]);
  const told = enter(ledger, toSecond).changed.map(({ prefix, owner }) => [prefix, owner]);
  expect(told).toEqual([
    ['10.0.1.0/24', 'next'],
    ['10.0.3.0/24', 'next'],
  ]);
  expect(enter(ledger, toSecond)).toEqual({ changed: [], disputes: [] });
});
