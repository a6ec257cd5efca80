// Where each record stands. A verdict needs a record, its predecessors and theirs, so it does not depend
// on the order of arrival. Records wait for predecessors by id; what one more record settles spreads to
// its followers with a list of work, never by recursion: a chain may have any length.
import { type Prefix, parseCidr, prefixOf } from '../address/index.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { isAuthorised, keepsRules, needsCertificate } from './lineage.ts';
import type { Partition } from './partition.ts';
import { appended, none, type Owner, RecordState } from './partition.ts';
import { recordId } from './record.ts';
import type { RecordBody, RecordId, SignedRecord } from './types.ts';

type Verdict = 'active' | 'pending' | 'void';
type Work = readonly [RecordState, 'active' | 'void'];

/** The owner of the register whose guardians' votes stand beside a record; undefined when they prove nothing yet. */
export type Certified = (record: SignedRecord) => MemberId | undefined;

export class Records {
  private readonly network: NetworkId;
  private readonly partitions: ReadonlyMap<string, Partition>;
  private readonly certified: Certified | undefined;
  private readonly states = new Map<RecordId, RecordState | 'void'>();
  private readonly waiting = new Map<RecordId, RecordState[]>();
  /** What has certificates that prove nothing yet, while it is pending. */
  private readonly uncertified = new Map<RecordState, SignedRecord[]>();
  private readonly owners = new Map<MemberId, Owner>();

  constructor(
    network: NetworkId,
    partitions: ReadonlyMap<string, Partition>,
    certified: Certified | undefined,
  ) {
    this.network = network;
    this.partitions = partitions;
    this.certified = certified;
  }

  get(id: RecordId): RecordState | 'void' | undefined {
    return this.states.get(id);
  }

  owner(member: MemberId): Owner | undefined {
    return this.owners.get(member);
  }

  /** A root of lineage, active from the start. Throws on a malformed one. */
  addRoot(body: RecordBody): RecordState {
    const partition = this.partitions.get(body.pool);
    if (partition === undefined || body.network !== this.network || body.predecessors.length > 0) {
      throw new Error(`not a root of ${this.network}: ${body.pool} ${body.prefix}`);
    }
    const state = this.describe(recordId(body), body, partition, prefixOf(body.prefix));
    state.standing = 'active';
    this.states.set(state.id, state);
    return state;
  }

  /**
   * Adds a record. Calls `activate` for each record that becomes active, predecessors first, just before
   * it counts as active.
   */
  add(record: SignedRecord, activate: (state: RecordState) => void): void {
    const id = recordId(record.body);
    const known = this.states.get(id);
    if (known === undefined) this.settle(this.admit(id, record), activate);
    else if (known !== 'void' && known.standing === 'pending') {
      this.witness(known, record);
      this.settle(judged(known), activate);
    }
  }

  /** Looks again at certificates that proved nothing so far. `activate` as in `add`. Costs what waits. */
  recheck(activate: (state: RecordState) => void): void {
    const waiting = [...this.uncertified];
    this.uncertified.clear();
    for (const [state, records] of waiting)
      for (const record of records) this.witness(state, record);
    for (const [state] of waiting) {
      if (state.standing === 'pending') this.settle(judged(state), activate);
    }
  }

  /** True when a pending record is known on the word of the author of this one. */
  isVouched(record: SignedRecord): boolean {
    const known = this.states.get(recordId(record.body));
    if (known === undefined || known === 'void' || known.standing !== 'pending') return false;
    const author = this.authorOf(record);
    return author !== undefined && known.writers.includes(author);
  }

  /** The state that a record would have, without keeping it: `void`, or as it would stand. */
  preview(
    record: SignedRecord,
  ): { readonly state: RecordState; readonly verdict: Verdict } | 'void' {
    const id = recordId(record.body);
    const known = this.states.get(id);
    if (known === 'void') return 'void';
    if (known?.standing === 'active') return { state: known, verdict: 'active' };
    const state = this.stateOf(id, record);
    if (state === undefined) return 'void';
    const predecessors = this.known(record.body.predecessors);
    state.predecessors = predecessors;
    state.missing = record.body.predecessors.length - predecessors.length;
    const active = predecessors.filter((each) => each.standing === 'active').length;
    state.inactive = record.body.predecessors.length - active;
    // What was signed before does not count: had it been enough, the record would be active.
    const author = this.authorOf(record);
    if (author !== undefined) state.writers = [author];
    return { state, verdict: verdictOf(state) };
  }

  /** Keeps a new record, and says what follows at once. */
  private admit(id: RecordId, record: SignedRecord): Work[] {
    const waiters = this.waiting.get(id) ?? [];
    this.waiting.delete(id);
    const state = this.stateOf(id, record);
    if (state === undefined) {
      this.states.set(id, 'void');
      return waiters.map((waiter) => [waiter, 'void']);
    }
    this.states.set(id, state);
    for (const predecessor of record.body.predecessors) this.link(state, predecessor);
    this.witness(state, record);
    for (const waiter of waiters) {
      follow(waiter, state);
      waiter.missing -= 1;
    }
    return [...waiters, state].flatMap(judged);
  }

  private link(state: RecordState, id: RecordId): void {
    const predecessor = this.states.get(id);
    if (predecessor === undefined) {
      const waiters = this.waiting.get(id);
      if (waiters === undefined) this.waiting.set(id, [state]);
      else waiters.push(state);
      state.missing += 1;
      state.inactive += 1;
    } else if (predecessor !== 'void') {
      follow(state, predecessor);
      if (predecessor.standing !== 'active') state.inactive += 1;
    }
  }

  private settle(work: Work[], activate: (state: RecordState) => void): void {
    for (let item = work.pop(); item !== undefined; item = work.pop()) {
      const [state, verdict] = item;
      if (state.standing !== 'pending') continue;
      if (verdict === 'active') activate(state);
      state.standing = verdict;
      state.writers = none;
      this.uncertified.delete(state);
      if (verdict === 'void') this.states.set(state.id, 'void');
      for (const follower of state.followers) {
        if (follower.standing !== 'pending') continue;
        follower.inactive -= 1;
        if (verdict === 'void') work.push([follower, 'void']);
        else work.push(...judged(follower));
      }
    }
  }

  private witness(state: RecordState, record: SignedRecord): void {
    const author = this.authorOf(record);
    if (author === undefined) {
      if (record.certificate !== undefined) this.keepUncertified(state, record);
    } else if (!state.writers.includes(author)) {
      state.writers = appended(state.writers, author);
    }
  }

  /** On whose word the record stands; undefined when its certificate is missing or proves nothing yet. */
  private authorOf(record: SignedRecord): MemberId | undefined {
    if (!needsCertificate(record.body.kind)) return record.writer;
    return record.certificate === undefined ? undefined : this.certified?.(record);
  }

  private keepUncertified(state: RecordState, record: SignedRecord): void {
    const others = this.uncertified.get(state);
    if (others === undefined) this.uncertified.set(state, [record]);
    else others.push(record);
  }

  /** The bare state of a record, or undefined when it is void already by what it says itself. */
  private stateOf(id: RecordId, { body }: SignedRecord): RecordState | undefined {
    const { network, kind, predecessors } = body;
    const root = kind === 'genesis' || kind === 'pool';
    if (network !== this.network || root || predecessors.length === 0) return undefined;
    if (needsCertificate(kind) && this.certified === undefined) return undefined;
    if (predecessors.some((each) => this.states.get(each) === 'void')) return undefined;
    const partition = this.partitions.get(body.pool);
    const prefix = parseCidr(body.prefix);
    if (partition === undefined || !prefix.ok) return undefined;
    return this.describe(id, body, partition, prefix.value);
  }

  private describe(
    id: RecordId,
    body: RecordBody,
    partition: Partition,
    prefix: Prefix,
  ): RecordState {
    let owner = this.owners.get(body.owner);
    if (owner === undefined) {
      owner = { member: body.owner, live: new Set() };
      this.owners.set(body.owner, owner);
    }
    return new RecordState(id, partition, prefix, body.version, owner, body.kind);
  }

  private known(ids: readonly RecordId[]): readonly RecordState[] {
    return ids
      .map((id) => this.states.get(id))
      .filter((state) => state !== undefined && state !== 'void');
  }
}

function follow(state: RecordState, predecessor: RecordState): void {
  state.predecessors = appended(state.predecessors, predecessor);
  predecessor.followers = appended(predecessor.followers, state);
}

/** The work that a record's verdict means: none while it is pending. */
function judged(state: RecordState): Work[] {
  const verdict = verdictOf(state);
  return verdict === 'pending' ? [] : [[state, verdict]];
}

function verdictOf(state: RecordState): Verdict {
  if (state.missing > 0) return 'pending';
  if (!state.lawful && !keepsRules(state)) return 'void';
  state.lawful = true;
  return state.inactive === 0 && isAuthorised(state) ? 'active' : 'pending';
}
