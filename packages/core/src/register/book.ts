/**
 * What the proofs in the replicated set say about everybody's registers.
 *
 * Guarantees: the answers depend on the set of proofs alone, not on their order or repetition, and only
 * grow. A proof is believed when a quorum of a proven guardian set of its epoch decided it. The first set
 * is the owner's own store, so there the owner's vote is the proof; each later one is named by the Stop of
 * the epoch before. Where no quorum is left, the word of an authority that the genesis names stands in. A lying owner can prove several sets of one epoch: all are kept, none is preferred.
 */
import type { Verify } from '../crypto/types.ts';
import type { GuardianSet } from '../estate/types.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import type { SignedRecord, SignedRegister } from '../ownership/types.ts';
import {
  type Certificate,
  decodeProof,
  digestShown,
  isCertified,
  vouchesFor,
} from './certificate.ts';
import { KnownSets } from './knownSets.ts';
import { isOverrideValid, type Override, overrideVouches } from './override.ts';
import type { RegisterBook, StopProof } from './types.ts';

/** An empty book. Throws nothing: proofs come from anywhere, and what proves nothing is left aside. */
export function createRegisterBook(
  network: NetworkId,
  verify: Verify,
  authorities: readonly MemberId[],
): RegisterBook {
  return new Book(network, verify, authorities);
}

class Book implements RegisterBook {
  private readonly network: NetworkId;
  private readonly verify: Verify;
  private readonly authorities: readonly MemberId[];
  private readonly sets = new KnownSets();
  private readonly stops = new Map<string, readonly StopProof[]>();
  private readonly gone = new Set<MemberId>();
  readonly overridden = new Map<MemberId, MemberId>();
  private readonly back = new Map<MemberId, GuardianSet>();
  /** Proofs that nothing backs yet, by owner and epoch. */
  private readonly waiting = new Map<string, Certificate[]>();

  constructor(network: NetworkId, verify: Verify, authorities: readonly MemberId[]) {
    this.network = network;
    this.verify = verify;
    this.authorities = authorities;
  }

  add({ body }: SignedRegister): boolean {
    if (body.network !== this.network) return false;
    const decoded = decodeProof(body.certificate);
    if (!decoded.ok || decoded.value.owner !== body.owner) return false;
    const proof = decoded.value;
    return 'kind' in proof ? this.overrule(proof) : this.learn([proof]);
  }

  latest(owner: MemberId): GuardianSet | undefined {
    return this.sets.latest(owner);
  }

  setOf(owner: MemberId, epoch: number): GuardianSet | undefined {
    return this.sets.of(owner, epoch)[0];
  }

  stopsOf(owner: MemberId, epoch: number): readonly StopProof[] {
    return this.stops.get(keyOf(owner, epoch)) ?? [];
  }

  isGone(member: MemberId): boolean {
    return this.gone.has(member);
  }

  isOverridden(member: MemberId): boolean {
    return this.overridden.has(member);
  }

  givenBack(owner: MemberId): GuardianSet | undefined {
    return this.back.get(owner);
  }

  vouchedBy({ body, certificate: bytes }: SignedRecord): MemberId | undefined {
    const decoded = bytes === undefined ? undefined : decodeProof(bytes);
    if (decoded === undefined || !decoded.ok) return undefined;
    const proof = decoded.value;
    const isProven =
      'kind' in proof
        ? overrideVouches(proof, body) && this.isSigned(proof)
        : vouchesFor(proof, body) && this.backing(proof) !== undefined;
    return isProven ? proof.owner : undefined;
  }

  private isSigned(override: Override): boolean {
    return isOverrideValid(this.network, this.verify, this.authorities, override);
  }

  /** An authority ended a register, or gave it back to its owner's own store. */
  private overrule(override: Override): boolean {
    if (!this.isSigned(override)) return false;
    const { owner, heir, next } = override;
    if (next !== undefined) {
      if (next.epoch > (this.back.get(owner)?.epoch ?? 0)) this.back.set(owner, next);
      if (!this.sets.add(owner, next)) return false;
      this.learn(this.woken(owner, next.epoch));
      return true;
    }
    const known = this.overridden.get(owner);
    if (known === undefined || heir < known) this.overridden.set(owner, heir);
    this.gone.add(owner);
    return known === undefined;
  }

  /** Believes certificates if it can, then those that waited for what they prove: a list, not recursion. */
  private learn(first: readonly Certificate[]): boolean {
    let isNew = false;
    const work = [...first];
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const set = this.backing(next);
      if (set === undefined) {
        this.wait(next);
        continue;
      }
      const { owner, epoch, head } = next;
      // Proven by nothing but itself: kept to be told, not to prove.
      if (epoch === 1) this.sets.add(owner, set);
      if (head.sealed && !this.gone.has(owner)) {
        this.gone.add(owner);
        isNew = true;
      }
      if (head.next?.epoch !== epoch + 1) continue;
      this.noteStop(next, head.next);
      if (!this.sets.add(owner, head.next)) continue;
      isNew = true;
      work.push(...this.woken(owner, epoch + 1));
    }
    return isNew;
  }

  private noteStop(stop: Certificate, next: GuardianSet): void {
    const { owner, epoch, ballot, votes } = stop;
    const digest = digestShown(this.network, stop);
    const known = this.stopsOf(owner, epoch);
    if (known.some((each) => each.digest === digest)) return;
    this.stops.set(keyOf(owner, epoch), [...known, { ballot, digest, votes, next }]);
  }

  /** The set whose quorum decided what the certificate shows. */
  private backing(certificate: Certificate): GuardianSet | undefined {
    const { owner, epoch } = certificate;
    const sets = epoch === 1 ? ownSets(certificate) : this.sets.of(owner, epoch);
    return sets.find((set) => isCertified(this.network, this.verify, certificate, set));
  }

  private wait(certificate: Certificate): void {
    if (certificate.epoch <= 1) return;
    const key = keyOf(certificate.owner, certificate.epoch);
    const others = this.waiting.get(key);
    if (others === undefined) this.waiting.set(key, [certificate]);
    else others.push(certificate);
  }

  private woken(owner: MemberId, epoch: number): readonly Certificate[] {
    const key = keyOf(owner, epoch);
    const woken = this.waiting.get(key) ?? [];
    this.waiting.delete(key);
    return woken;
  }
}

/** The first sets that a certificate's votes name: the owner, with any store. */
function ownSets({ owner, votes }: Certificate): readonly GuardianSet[] {
  return votes
    .filter(({ guardian }) => guardian.member === owner)
    .map(({ guardian }) => ({ epoch: 1, members: [guardian] }));
}

function keyOf(owner: MemberId, epoch: number): string {
  return `${owner} ${epoch}`;
}
