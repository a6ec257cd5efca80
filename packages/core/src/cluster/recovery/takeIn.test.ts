import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { firstEstate } from '../../estate/index.ts';
import { recordId, signRecord } from '../../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../../ownership/types.ts';
import { seedBallot } from '../../register/index.ts';
import { createLedger, createPlainReplica } from '../../replica/index.ts';
import { hear } from '../reducer/index.ts';
import type { Turn } from '../state/index.ts';
import { createNode } from '../state/index.ts';
import { told } from './takeIn.ts';

const heir = 'heir';
const body: RecordBody = {
  network: 'n',
  pool: 'default',
  prefix: '10.0.0.0/26',
  version: 2,
  owner: heir,
  predecessors: [recordId({ ...bodyOf('10.0.0.0/16'), kind: 'genesis' })],
  kind: 'reclaim',
};

function bodyOf(prefix: RecordBody['prefix']): RecordBody {
  const before = { network: 'n', pool: 'default', version: 1, owner: 'dead', predecessors: [] };
  return { ...before, prefix, kind: 'grant' };
}

/** What a look into the register of the dead member finds: the same record, with the votes of that look. */
function look(votes: number): SignedRecord {
  return { ...signRecord(fakeSigner(heir), body), certificate: Uint8Array.of(votes) };
}

let turn: Turn;
let vouched: readonly SignedRecord[];

beforeEach(() => {
  const authorities = [heir];
  const genesis = { cluster: 't', nonce: '0'.repeat(32), pools: [], founders: [], authorities };
  const register = { ballot: seedBallot, estate: firstEstate(heir, []) };
  const verify = fakeVerify;
  const ledger = createLedger({ network: 'n', roots: [], verify, authorities });
  const replica = createPlainReplica({ network: 'n', member: heir, storeId: 's', verify, ledger });
  vouched = [];
  vi.spyOn(replica.view, 'status').mockReturnValue('pending');
  vi.spyOn(replica.view, 'isVouched').mockImplementation((record) =>
    vouched.some((known) => recordId(known.body) === recordId(record.body)),
  );
  const env = { nowMs: 0, random: () => 0.5, signer: fakeSigner(heir), verify, replica };
  turn = {
    state: createNode({ member: heir, genesis, register, store: 's' }),
    env,
    effects: [],
    local: [],
    happens: hear,
  };
});

describe('what a dead member left behind', () => {
  it('is published once, and then waited for', () => {
    expect(told(turn, look(1))).toBe(false);
    expect(told(turn, look(1))).toBe(false);
    expect(turn.state.queue).toEqual([{ kind: 'publish', entries: [look(1)] }]);
  });

  it('is not published again for the votes of another look, though it waits for what it follows from', () => {
    vouched = [look(1)];
    expect(told(turn, look(2))).toBe(true);
    expect(turn.state.queue).toEqual([]);
  });

  it('is not published without votes', () => {
    expect(told(turn, signRecord(fakeSigner(heir), body))).toBe(false);
    expect(turn.state.queue).toEqual([]);
  });
});
