/**
 * What each member owns in truth: what its store holds while it keeps its register itself, and from the first
 * acceptor on what a quorum of guardians has accepted. Built from what becomes durable alone: it knows nothing
 * of proposers, and believes none of them.
 *
 * Checks that a register is one: no two cells of one version are decided, a higher ballot never decides an older
 * version, and what an owner stores of its guarded register was decided.
 */
import type { Estate, GuardianSet } from '../estate/types.ts';
import { compareBallots, guardianKey, quorumOf } from '../register/index.ts';
import type { AcceptorRecord } from '../register/judge.ts';
import type { Accepted } from '../register/messages.ts';
import type { Ballot, Versioned } from '../register/types.ts';
import type { Cluster } from './cluster.ts';
import type { SimNode } from './node.ts';

/** One decided cell. */
interface Decided {
  readonly epoch: number;
  readonly ballot: Ballot;
  readonly version: number;
  readonly estate: Estate;
  /** Who keeps it, and after this Stop who comes next. */
  readonly sets: readonly GuardianSet[];
}

/** The register of one member that guardians keep. */
interface Guarded {
  /** Stores that accepted, by epoch, ballot and digest, until they are enough. */
  readonly votes: Map<string, Set<string>>;
  /** Digests of what is decided, by version. */
  readonly digests: Map<number, string>;
  /** Epochs and ballots that decided something. */
  readonly ballots: Set<string>;
  latest: Decided | undefined;
  /** The store of its owner that kept it first. */
  born: string | undefined;
}

/** See the module: one for each cluster. */
export class Registers {
  private readonly cluster: Cluster;
  private readonly kept = new Map<SimNode, Estate>();
  private readonly guarded = new Map<string, Guarded>();
  /** Members and ballots of what they wrote while they kept their registers themselves. */
  private readonly alone = new Set<string>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** A store wrote what it knows of its own register, or is another store now. */
  stored(node: SimNode, { ballot, estate }: Versioned, isFault = false): void {
    const register = this.guarded.get(node.member);
    const alone = `${node.member} ${textOf(1, ballot)}`;
    if (register === undefined) {
      this.alone.add(alone);
      return this.change(node, estate);
    }
    // A new store under the same key begins a register of its own, in which it may own nothing.
    const isNew = register.born !== undefined && register.born !== node.disk.storeId;
    if (isNew && estate.guardians.epoch <= 1 && estate.holdings.length === 0) return;
    // What it wrote while it kept its register itself may be what it finds there again.
    if (estate.guardians.epoch <= 1 && this.alone.has(alone)) return;
    if (isFault || register.ballots.has(textOf(estate.guardians.epoch, ballot))) return;
    this.cluster.violated(
      'linearizable',
      `${node.name} stores ${textOf(estate.guardians.epoch, ballot)} as its register, which its guardians never decided`,
    );
  }

  /** A store wrote what it accepted of somebody's register. */
  accepted(record: AcceptorRecord<Estate>, accepted: Accepted<Estate>): void {
    const { owner, set, guardian } = record;
    const { ballot, digest } = accepted;
    const register = this.open(owner);
    if (set.epoch === 1 && guardian.member === owner) register.born = guardian.store;
    const key = `${textOf(set.epoch, ballot)} ${digest}`;
    const votes = register.votes.get(key) ?? new Set();
    register.votes.set(key, votes.add(guardianKey(guardian)));
    if (votes.size === quorumOf(set)) this.decided(register, record, accepted);
  }

  /** What each member owns; a member that keeps its register itself may have several stores. */
  all(): readonly Estate[] {
    const guarded = [...this.guarded.values()].flatMap(({ latest }) => latest?.estate ?? []);
    return [...this.kept.values(), ...guarded];
  }

  /** What one member owns. */
  of(member: string): readonly Estate[] {
    const latest = this.guarded.get(member)?.latest;
    if (latest !== undefined) return [latest.estate];
    return this.cluster.nodesOf(member).flatMap((node) => this.kept.get(node) ?? []);
  }

  /** Sets of guardians that must be able to decide; none while the member keeps its register itself. */
  setsOf(member: string): readonly GuardianSet[] {
    return this.guarded.get(member)?.latest?.sets ?? [];
  }

  private open(owner: string): Guarded {
    const known = this.guarded.get(owner);
    if (known !== undefined) return known;
    const register = {
      votes: new Map(),
      digests: new Map(),
      ballots: new Set<string>(),
      latest: undefined,
      born: undefined,
    };
    this.guarded.set(owner, register);
    return register;
  }

  private decided(
    register: Guarded,
    { owner, set }: AcceptorRecord<Estate>,
    { ballot, digest, cell }: Accepted<Estate>,
  ): void {
    const { version, value, next } = cell;
    const { latest, digests, ballots } = register;
    const other = digests.get(version);
    ballots.add(textOf(set.epoch, ballot));
    digests.set(version, digest);
    if (other !== undefined && other !== digest) {
      return this.cluster.violated(
        'linearizable',
        `two values of version ${version} of the register of ${owner} are decided: S2 and S3 hang on there being one`,
      );
    }
    const order = latest && (set.epoch - latest.epoch || compareBallots(ballot, latest.ballot));
    if (latest !== undefined && order !== undefined) {
      const isOlder = version < latest.version;
      if (order > 0 ? isOlder : version > latest.version) {
        return this.cluster.violated(
          'linearizable',
          `the register of ${owner} decided version ${version} in ${textOf(set.epoch, ballot)} and ${latest.version} in ${textOf(latest.epoch, latest.ballot)}: one of the two was forgotten`,
        );
      }
      if (order <= 0) return;
    }
    const sets = next === undefined ? [set] : [set, next];
    register.latest = { epoch: set.epoch, ballot, version, estate: value, sets };
    const [node] = this.cluster.nodesOf(owner);
    if (node !== undefined) this.change(node, value, latest?.estate);
  }

  /** Another estate counts for this node's member. */
  private change(node: SimNode, after: Estate, before = this.kept.get(node)): void {
    if (this.guarded.has(node.member)) this.kept.delete(node);
    else this.kept.set(node, after);
    if (before !== after) this.cluster.registered(node, before, after);
  }
}

function textOf(epoch: number, { counter, proposer, bootNonce }: Ballot): string {
  return `epoch ${epoch} ballot ${counter}/${proposer}/${bootNonce}`;
}
