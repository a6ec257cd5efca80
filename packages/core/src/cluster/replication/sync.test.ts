import { expect, test } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { firstEstate } from '../../estate/index.ts';
import { grant } from '../../replica/fixtures.ts';
import { kinds, type Make, publish } from '../../replica/testReplicas.ts';
import type { Message } from '../contract/index.ts';
import { step } from '../reducer/index.ts';
import { createNode } from '../state/index.ts';

/** A started node on a replica of this kind, and what it says to its one peer. */
function nodeOf(make: Make, member: string, peer: string) {
  const replica = make(member);
  const signer = fakeSigner(member);
  const authorities = [member];
  const genesis = { cluster: 't', nonce: '0'.repeat(32), pools: [], founders: [], authorities };
  const ballot = { counter: 0, proposer: member, bootNonce: '' };
  const register = { ballot, estate: firstEstate(member, []) };
  const state = createNode({ member, genesis, register, store: 's' });
  const env = { nowMs: 1_000, random: () => 0.5, signer, verify: fakeVerify, replica };
  step(state, { type: 'connected', peer }, env);
  const hear = (message: Message): readonly Message[] =>
    step(state, { type: 'message', from: peer, message }, env).effects.flatMap((effect) =>
      effect.type === 'send' ? [effect.message] : [],
    );
  return { replica, hear };
}

test.each(kinds)('a %s replica that is far behind catches up in one exchange', (_, make) => {
  const [full, empty] = [nodeOf(make, 'full', 'empty'), nodeOf(make, 'empty', 'full')];
  publish(full.replica, ...Array.from({ length: 1_000 }, (_, n) => grant(n)));
  let updates = 0;
  let said = empty.hear({ type: 'syncHash', hash: full.replica.hash() });
  for (let hearer = full; said.length > 0; hearer = hearer === full ? empty : full) {
    updates += said.filter(({ type }) => type === 'syncUpdate').length;
    said = said.flatMap((message) => hearer.hear(message));
  }
  expect(empty.replica.hash()).toBe(full.replica.hash());
  expect(updates).toBeGreaterThan(1);
});
