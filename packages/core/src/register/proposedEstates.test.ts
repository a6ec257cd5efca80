// Estates in a small cluster of guardians: real digests and signatures, a network without faults.
import { encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import {
  type Change,
  type Estate,
  firstEstate,
  type GuardianSet,
  reclaimBodies,
} from '../estate/index.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { SignedRegister } from '../ownership/types.ts';
import { proofOf, setOf } from './fixtures.ts';
import {
  type AcceptorState,
  type Answer,
  type Ask,
  acceptorStep,
  bornRecord,
  type Certificate,
  certify,
  createRegisterBook,
  decodeCertificate,
  encodeCertificate,
  enlistedRecord,
  estateRules,
  type Goal,
  isCertified,
  openAcceptor,
  openProposer,
  type ProposerState,
  type ProposerStep,
  propose,
  proposerStep,
  type Rules,
  vouchesFor,
} from './index.ts';

const network = 'sha256:test';
const owner = 'x';
const birth = { member: owner, store: 'sx' };

function rulesOf(member: string): Rules<Estate, Change> {
  return estateRules(network, fakeSigner(member), fakeVerify);
}

class Cluster {
  readonly acceptors = new Map<string, AcceptorState<Estate, Change>>();
  readonly silent = new Set<string>();
  asks: { readonly to: string; readonly ask: Ask<Estate, Change> }[] = [];

  constructor(estate: Estate) {
    const cell = { version: 0, mark: '', value: estate };
    const record = bornRecord(rulesOf(owner), owner, birth, cell);
    this.acceptors.set(`${owner} 1`, openAcceptor(record));
  }

  /** Carries messages until nobody has anything to say; the step that ended the goal, or the last one. */
  run(
    member: string,
    first: ProposerStep<Estate, Change>,
  ): ProposerStep<Estate, Change> & { readonly state: ProposerState<Estate, Change> } {
    let step = first;
    const posts = [...first.effects];
    let outcome = first.outcome;
    for (let post = posts.shift(); post !== undefined; post = posts.shift()) {
      this.asks.push({ to: post.to, ask: post.message });
      for (const answer of this.answers(member, post.to, post.message)) {
        step = proposerStep(rulesOf(member), step.state, { type: 'answer', from: post.to, answer });
        outcome ??= step.outcome;
        posts.push(...step.effects);
      }
    }
    return outcome === undefined ? step : { ...step, outcome };
  }

  private answers(from: string, to: string, ask: Ask<Estate, Change>): readonly Answer<Estate>[] {
    if (this.silent.has(to)) return [];
    const key = `${to} ${ask.epoch}`;
    let acceptor = this.acceptors.get(key);
    if (acceptor === undefined) {
      if (ask.type !== 'enlist') return [];
      const guardian = { member: to, store: `s${to}` };
      acceptor = openAcceptor(enlistedRecord(owner, guardian, ask.set, ask.previous));
    }
    let step = acceptorStep(rulesOf(to), acceptor, { type: 'ask', from, ask });
    const effects = [...step.effects];
    if (step.state.flight !== undefined) {
      step = acceptorStep(rulesOf(to), step.state, { type: 'persisted' });
      effects.push(...step.effects);
    }
    this.acceptors.set(key, step.state);
    return effects.flatMap((each) => (each.type === 'send' ? [each.message] : []));
  }
}

function firstOne(): Estate {
  return firstEstate(owner, [
    { pool: 'p', prefix: '10.0.0.0/24', version: 1, record: '1'.repeat(64), use: 'reserve' },
  ]);
}

const commit = (index: number): Change => ({
  kind: 'commit',
  pool: 'p',
  block: `10.0.0.${index * 16}/28`,
});

/** x with four guardians besides itself, and a standing ballot. */
function grown(estate = firstOne()): { cluster: Cluster; state: ProposerState<Estate, Change> } {
  const cluster = new Cluster(estate);
  let state = openProposer<Estate, Change>(owner, owner, 'n', setOf(1, owner));
  for (const next of [setOf(2, owner, 'a', 'b'), setOf(3, 'a', 'b', 'c', 'd')]) {
    const goal: Goal<Change> = { kind: 'move', next };
    const moved = cluster.run(owner, propose(rulesOf(owner), state, goal));
    expect(moved.outcome).toMatchObject({ kind: 'decided' });
    state = moved.state;
  }
  cluster.asks = [];
  return { cluster, state };
}

describe('a register kept by guardians', () => {
  const rules = rulesOf(owner);
  type Step = ProposerStep<Estate, Change>;
  const write = (state: ProposerState<Estate, Change>, index: number): Step => {
    const base = state.current?.digest as string;
    return propose(rules, state, { kind: 'write', changes: [commit(index)], base });
  };
  const timeout = (step: Step): Step => proposerStep(rules, step.state, { type: 'timeout' });

  it('reads, then writes in one round trip with a message to each guardian', () => {
    const { cluster, state } = grown();
    const fresh = openProposer<Estate, Change>(owner, owner, 'n2', state.set);
    const read = cluster.run(owner, propose(rules, fresh, { kind: 'read' }));
    expect(read.outcome).toMatchObject({ kind: 'decided' });
    cluster.asks = [];
    const written = cluster.run(owner, write(read.state, 0));
    expect(cluster.asks.map(({ to, ask }) => `${to} ${ask.type}`).sort()).toEqual(
      ['a', 'b', 'c', 'd'].map((member) => `${member} accept`),
    );
    expect(written.outcome).toMatchObject({ kind: 'decided' });
    const holdings = written.state.current?.cell.value.holdings ?? [];
    expect(holdings.map(({ use }) => use)).toContain('committed');
  });

  it('goes on without one of four; without two its owner waits, and is done when they are back', () => {
    const { cluster, state } = grown();
    cluster.silent.add('a');
    const one = cluster.run(owner, write(state, 0));
    expect(one.outcome).toMatchObject({ kind: 'decided' });
    cluster.silent.add('b');
    let step = cluster.run(owner, write(one.state, 1));
    for (let count = 0; count < 20; count += 1) {
      expect(step.outcome).toBeUndefined();
      step = timeout(step);
    }
    cluster.silent.clear();
    expect(cluster.run(owner, timeout(step)).outcome).toMatchObject({ kind: 'decided' });
  });

  it('is given up by others with a reason, and read again when its guardians are back', () => {
    const { cluster, state } = grown();
    for (const member of ['a', 'b']) cluster.silent.add(member);
    const other = openProposer<Estate, Change>(owner, 'h', 'k', state.set);
    let step = cluster.run('h', propose(rulesOf('h'), other, { kind: 'read' }));
    for (let count = 0; step.outcome === undefined; count += 1) {
      expect(count).toBeLessThan(20);
      step = proposerStep(rulesOf('h'), step.state, { type: 'timeout' });
    }
    expect(step.outcome).toEqual({
      kind: 'unreachable',
      reason: 'fewer than 3 of 4 guardians of the register of x (epoch 3) answered',
    });
    cluster.silent.clear();
    const again = cluster.run('h', propose(rulesOf('h'), step.state, { kind: 'read' }));
    expect(again.outcome).toMatchObject({ kind: 'decided' });
  });

  it('has one goal at a time', () => {
    const { state } = grown();
    const step = write(state, 0);
    expect(() => write(step.state, 1)).toThrow('in work');
  });

  it('votes on what is read when a proof of it is asked for', () => {
    const { cluster, state } = grown();
    const bare = cluster.run(owner, propose(rules, state, { kind: 'read' }));
    const proven = cluster.run(owner, propose(rules, state, { kind: 'read', proof: true }));
    const votesOf = ({ outcome }: Step): number | undefined =>
      outcome?.kind === 'decided' ? outcome.value.votes?.length : undefined;
    expect(votesOf(bare)).toBeUndefined();
    expect(votesOf(proven)).toBe(3);
  });

  it('sends what changed: bytes a write do not grow with the members that were dealt with', () => {
    const sizes = [10, 1000].map((members) => {
      const out = Object.fromEntries(Array.from({ length: members }, (_, i) => [`m${i}`, 1]));
      const { cluster, state } = grown({ ...firstOne(), out });
      const goal = { kind: 'write' as const, changes: [commit(0)] };
      cluster.run(owner, propose(rulesOf(owner), state, goal));
      return encode(cluster.asks[0]?.ask).length;
    });
    expect(sizes[0]).toBe(sizes[1]);
    expect(sizes[0]).toBeLessThan(600);
  });
});

describe('a reclaim', () => {
  const heir = openProposer<Estate, Change>(owner, 'h', 'k', setOf(3, 'a', 'b', 'c', 'd'));

  function reclaim(member: string, estate: Estate): Change {
    const records = reclaimBodies(estate, network, member, 'reclaim').map((body) =>
      signRecord(fakeSigner(member), body),
    );
    return { kind: 'reclaim', to: member, counter: 1, records };
  }

  it('by an heir is adopted by the owner at its next write, which did not happen', () => {
    const { cluster, state } = grown();
    const read = cluster.run('h', propose(rulesOf('h'), heir, { kind: 'read' }));
    const estate = read.state.current?.cell.value as Estate;
    const goal = { kind: 'write' as const, changes: [reclaim('h', estate)] };
    const taken = cluster.run('h', propose(rulesOf('h'), read.state, goal));
    expect(taken.outcome).toMatchObject({ kind: 'decided' });
    const base = state.current?.digest as string;
    const write = { kind: 'write' as const, changes: [commit(0)], base };
    const late = cluster.run(owner, propose(rulesOf(owner), state, write));
    expect(late.outcome).toMatchObject({ kind: 'conflict' });
    expect(late.state.current?.cell.value.holdings).toEqual([]);
  });

  it('and one by another heir cannot both happen', () => {
    const { cluster } = grown();
    const read = cluster.run('h', propose(rulesOf('h'), heir, { kind: 'read' }));
    const estate = read.state.current?.cell.value as Estate;
    const other = openProposer<Estate, Change>(owner, 'i', 'k', heir.set);
    const outcomes = ['h', 'i'].map((member) => {
      const goal = { kind: 'write' as const, changes: [reclaim(member, estate)] };
      const from = member === 'h' ? { ...heir, bootNonce: 'l' } : other;
      return cluster.run(member, propose(rulesOf(member), from, goal)).outcome?.kind;
    });
    expect(outcomes).toEqual(['decided', 'conflict']);
  });

  it('has a certificate that anybody can check along the chain of guardian sets', () => {
    const { cluster } = grown();
    const proofs: SignedRegister[] = [];
    for (const [key, { record }] of cluster.acceptors) {
      const { accepted, set } = record;
      if (accepted?.cell.next === undefined) continue;
      const certificate = certificateOf(cluster, set.epoch, accepted.digest);
      if (certificate !== undefined && key.startsWith(`${set.members[0]?.member}`)) {
        proofs.push(proofOf(network, certificate));
      }
    }
    const book = createRegisterBook(network, fakeVerify, []);
    expect(proofs.reverse().map((proof) => book.add(proof))).toEqual([false, true]);
    expect([1, 2, 3].map((epoch) => book.setOf(owner, epoch)?.members.length)).toEqual([1, 3, 4]);
    expect(book.setOf(owner, 1)).toEqual({ epoch: 1, members: [birth] });
    expect(book.latest(owner)).toEqual(setOf(3, 'a', 'b', 'c', 'd'));

    const read = cluster.run('h', propose(rulesOf('h'), heir, { kind: 'read' }));
    const estate = read.state.current?.cell.value as Estate;
    const change = reclaim('h', estate) as Extract<Change, { kind: 'reclaim' }>;
    const taken = cluster.run(
      'h',
      propose(rulesOf('h'), read.state, { kind: 'write', changes: [change] }),
    );
    const signed = change.records[0] as (typeof change.records)[0];
    const { body } = signed;
    const digest = taken.state.current?.digest as string;
    const bare = certificateOf(cluster, 3, digest, recordId(body)) as Certificate;
    const decoded = decodeCertificate(encodeCertificate(bare));
    if (!decoded.ok) throw new Error(decoded.error.message);
    const certificate = decoded.value;
    const set = book.setOf(owner, 3) as GuardianSet;
    expect(isCertified(network, fakeVerify, certificate, set)).toBe(true);
    expect(vouchesFor(certificate, body)).toBe(true);
    const record = { ...signed, certificate: encodeCertificate(bare) };
    expect(book.vouchedBy(record)).toBe(owner);
    expect(createRegisterBook(network, fakeVerify, []).vouchedBy(record)).toBeUndefined();
    expect(book.vouchedBy(signed)).toBeUndefined();
    expect(book.vouchedBy({ ...record, body: { ...body, owner: 'i' } })).toBeUndefined();
    expect(vouchesFor(certificate, { ...body, owner: 'i' })).toBe(false);
    expect(vouchesFor(certificate, { ...body, kind: 'take-back' })).toBe(false);
    const forgeries: readonly Certificate[] = [
      { ...certificate, votes: certificate.votes.slice(0, 2) },
      { ...certificate, votes: [...certificate.votes.slice(0, 2), certificate.votes[0] as never] },
      { ...certificate, head: { ...certificate.head, sealed: true } },
      { ...certificate, head: { ...certificate.head, records: '0'.repeat(64) } },
      { ...certificate, owner: 'y' },
      { ...certificate, epoch: 2 },
      { ...certificate, ballot: { ...certificate.ballot, counter: 99 } },
    ];
    for (const forged of forgeries)
      expect(isCertified(network, fakeVerify, forged, set)).toBe(false);
    expect(isCertified('sha256:other', fakeVerify, certificate, set)).toBe(false);
    expect(encodeCertificate(bare).length).toBeLessThan(2048);
    for (const bytes of [
      Uint8Array.of(),
      Uint8Array.of(0xff),
      encode({ owner: 1 }),
      new Uint8Array(99_999),
    ]) {
      expect(decodeCertificate(bytes).ok).toBe(false);
    }
  });
});

/** Votes for what the acceptors of an epoch hold. */
function certificateOf(
  cluster: Cluster,
  epoch: number,
  digest: string,
  record?: string,
): Certificate | undefined {
  const holders = [...cluster.acceptors.values()].filter(
    (each) => each.record.set.epoch === epoch && each.record.accepted?.digest === digest,
  );
  const accepted = holders[0]?.record.accepted;
  if (accepted === undefined) return undefined;
  const { ballot, cell } = accepted;
  const votes = holders.map(({ record: { guardian } }) => ({
    guardian,
    signature: rulesOf(guardian.member).sign({
      kind: 'vote',
      owner,
      epoch,
      ballot,
      digest,
      guardian,
    }),
  }));
  return certify(owner, epoch, { ballot, cell, votes }, record);
}
