import { describe, expect, it, vi } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { type Estate, firstEstate, type OutboxEntry } from '../../estate/index.ts';
import { recordId, signRecord } from '../../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../../ownership/types.ts';
import { seedBallot } from '../../register/index.ts';
import { createLedger, createPlainReplica } from '../../replica/index.ts';
import { hear } from '../reducer/index.ts';
import type { Turn } from '../state/index.ts';
import { createNode } from '../state/index.ts';
import { canSettle, settled } from './settle.ts';

const giver = 'giver';
const gone = 'gone';

function entry(counter: number): OutboxEntry {
  const body: RecordBody = {
    network: 'n',
    pool: 'default',
    prefix: `10.0.${counter}.0/26`,
    version: 2,
    owner: gone,
    predecessors: ['0'.repeat(64)],
    kind: 'grant',
  };
  return { to: gone, counter, record: signRecord(fakeSigner(giver), body) };
}

const entries = [entry(1), entry(2), entry(3)] as const;
const estate: Estate = { ...firstEstate(giver, []), out: { [gone]: 3 }, outbox: [...entries] };

/** A giver whose set has these records in force, and that knows how far the gone member had accepted. */
function turnWith(told: readonly OutboxEntry[], accepted: number): Turn {
  const authorities = [giver];
  const genesis = { cluster: 't', nonce: '0'.repeat(32), pools: [], founders: [], authorities };
  const verify = fakeVerify;
  const ledger = createLedger({ network: 'n', roots: [], verify, authorities });
  const replica = createPlainReplica({ network: 'n', member: giver, storeId: 's', verify, ledger });
  const ids = told.map(({ record }) => recordId(record.body));
  vi.spyOn(replica.view, 'status').mockImplementation((id) =>
    ids.includes(id) ? 'active' : undefined,
  );
  const register = { ballot: seedBallot, estate };
  const state = createNode({ member: giver, genesis, register, store: 's' });
  state.finals.set(gone, { in: { [giver]: accepted }, certificate: Uint8Array.of(1) });
  const env = { nowMs: 0, random: () => 0.5, signer: fakeSigner(giver), verify, replica };
  return { state, env, effects: [], local: [], happens: hear };
}

const as = (record: SignedRecord): SignedRecord => record;

it('drops what a gone member had accepted once all of it is in the set, not only the first', () => {
  const turn = turnWith([entries[0]], 2);
  expect(settled(turn, estate, entries[0], as)).toBe(undefined);
  expect(turn.state.queue).toEqual([{ kind: 'publish', entries: [entries[1].record] }]);
  const change = settled(turnWith([entries[0], entries[1]], 2), estate, entries[0], as);
  expect(change).toEqual({ kind: 'acknowledged', to: gone, counter: 2 });
});

it('takes back what it had not accepted', () => {
  const turn = turnWith([...entries], 2);
  expect(settled(turn, estate, entries[2], as)).toBe(undefined);
  const [intent] = turn.state.queue;
  expect(intent).toMatchObject({
    kind: 'publish',
    entries: [{ body: { kind: 'take-back', owner: giver, prefix: '10.0.3.0/26', version: 3 } }],
  });
});

describe('a guardian that has left itself', () => {
  function left(): Turn {
    const turn = turnWith([...entries], 2);
    turn.state.register.value = {
      ballot: seedBallot,
      estate: { ...firstEstate(giver, []), sealed: true },
    };
    vi.spyOn(turn.env.replica.registers, 'isGone').mockReturnValue(true);
    return turn;
  }

  it('gives back to a dead member what one that is gone had not accepted', () => {
    expect(canSettle(left(), estate, entries[2])).toBe(true);
  });

  it('leaves to others what would come to itself', () => {
    const sealed = { ...estate, sealed: true as const };
    expect(canSettle(left(), sealed, entries[2])).toBe(false);
    expect(canSettle(turnWith([...entries], 2), sealed, entries[2])).toBe(false);
    const turn = left();
    turn.state.accepted.set(gone, { [giver]: 2 });
    expect(canSettle(turn, sealed, entries[1])).toBe(true);
  });
});
