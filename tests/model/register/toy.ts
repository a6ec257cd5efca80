// Toy values for the register: a text that each write appends one letter to, so that a history can be read
// off the value, and two values belong to one history exactly when one is the beginning of the other.
import type { Cell, Rules } from '@hedgerow/core/register';

export interface Letter {
  readonly letter: string;
}

/** `|` stands for a change of guardians. Signatures are empty: nobody lies in these models. */
export const toyRules: Rules<string, Letter> = {
  apply: (value, { letter }) => value + letter,
  move: (value) => `${value}|`,
  digest: (_owner, epoch, { version, mark, value, next }: Cell<string>) =>
    `${epoch}:${version}:${mark}:${value}${next === undefined ? '' : ` stop ${textOf(next)}`}`,
  sign: () => new Uint8Array(0),
  verify: () => true,
};

function textOf(set: { readonly epoch: number; readonly members: readonly { member: string }[] }) {
  return `${set.epoch} ${set.members.map(({ member }) => member).sort()}`;
}

/** Do both belong to one history? */
export function comparable(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
