/**
 * The rules of registers for all nodes of one cluster, which work things out once: a guardian that is sent the
 * change which another one has carried out gets the other's result, as all values are the same objects
 * on one machine. The real rules do the work, and values are never changed in place.
 */
import type { Signer, Verify } from '../crypto/types.ts';
import type { Change } from '../estate/changes.ts';
import type { Estate, GuardianSet } from '../estate/types.ts';
import type { NetworkId } from '../membership/types.ts';
import type { Statement } from '../register/cell.ts';
import { type Cell, estateRules, guardianKey, type Rules } from '../register/index.ts';

type EstateRules = Rules<Estate, Change>;

/** Makes the rules of one node; those of one maker share what they know. */
export function sharedRules(network: NetworkId, verify: Verify): (signer: Signer) => EstateRules {
  const applied = new Pairs<Estate, Change, Estate | undefined>();
  const moved = new Pairs<Estate, GuardianSet, Estate>();
  const digests = new WeakMap<Estate, Map<string, string>>();
  const signed = new WeakMap<Uint8Array, string>();
  return (signer) => {
    const rules = estateRules(network, signer, verify);
    return {
      ...rules,
      apply: (estate, change) => applied.get(estate, change, rules.apply),
      move: (estate, to) => moved.get(estate, to, rules.move),
      digest(owner, epoch, cell) {
        if (cell.next !== undefined) return rules.digest(owner, epoch, cell);
        const known = digests.get(cell.value) ?? new Map<string, string>();
        digests.set(cell.value, known);
        const name = nameOf(owner, epoch, cell);
        const digest = known.get(name) ?? rules.digest(owner, epoch, cell);
        known.set(name, digest);
        return digest;
      },
      sign(statement) {
        const signature = rules.sign(statement);
        signed.set(signature, textOf(signer.member, statement));
        return signature;
      },
      verify(member, statement, signature) {
        const isKnown = signed.get(signature) === textOf(member, statement);
        return isKnown || rules.verify(member, statement, signature);
      },
    };
  };
}

/** Names a cell among those with one value. */
function nameOf(owner: string, epoch: number, { version, mark }: Cell<Estate>): string {
  return `${version} ${epoch} ${owner} ${mark}`;
}

/** Who signs what, in one text. */
function textOf(
  member: string,
  { kind, owner, epoch, ballot, digest, guardian }: Statement,
): string {
  const { counter, proposer, bootNonce } = ballot;
  const who = guardian === undefined ? '' : guardianKey(guardian);
  return `${member} ${kind} ${epoch} ${counter} ${proposer} ${bootNonce} ${digest} ${owner} ${who}`;
}

/** Answers by two objects, for as long as both live. */
class Pairs<A extends object, B extends object, R> {
  private readonly known = new WeakMap<A, WeakMap<B, { readonly answer: R }>>();

  get(one: A, other: B, answerOf: (one: A, other: B) => R): R {
    const row = this.known.get(one) ?? new WeakMap<B, { readonly answer: R }>();
    this.known.set(one, row);
    let found = row.get(other);
    if (found === undefined) {
      found = { answer: answerOf(one, other) };
      row.set(other, found);
    }
    return found.answer;
  }
}
