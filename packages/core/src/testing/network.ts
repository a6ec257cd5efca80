/**
 * What becomes of a message. The fate of the n-th message from one node to another is a function of the
 * seed and of these three numbers, so taking other events out of a run does not change it.
 */
import type { Faults } from './faults.ts';
import { mixed } from './random.ts';

/** What went wrong with one message: the n-th from one node to another. */
export interface NetFault {
  /** Number of the sender. */
  readonly from: number;
  /** Number of the receiver. */
  readonly to: number;
  /** How many messages went this way before it. */
  readonly n: number;
  /** What went wrong. */
  readonly kind: NetFaultKind;
  /** Milliseconds: how late it is, or how much later its copy arrives. */
  readonly byMs: number;
}

/** Faults of single messages, as `faultTable` names them. */
export type NetFaultKind =
  | 'lose'
  | 'duplicate'
  | 'reorder'
  | 'delay'
  | 'delayHours'
  | 'staleReplay';

/** Decides about messages. */
export interface Fates {
  /** What goes wrong with this message, if anything. */
  of(from: number, to: number, n: number): NetFault | undefined;
}

const kinds: readonly NetFaultKind[] = [
  'lose',
  'duplicate',
  'reorder',
  'delay',
  'delayHours',
  'staleReplay',
];
const mostMs: Readonly<Record<NetFaultKind, number>> = {
  lose: 0,
  duplicate: 10_000,
  reorder: 5_000,
  delay: 60_000,
  delayHours: 3 * 3_600_000,
  staleReplay: 3 * 3_600_000,
};

/** Fates by chance, at the rates of the faults. */
export function randomFates(seed: number, faults: Faults): Fates {
  const bounds: number[] = [];
  let sum = 0;
  for (const kind of kinds) {
    sum += (faults[kind] ?? 0) * 0x1_0000_0000;
    bounds.push(sum);
  }
  if (sum === 0) return { of: () => undefined };
  return {
    of(from, to, n) {
      const draw = mixed(seed, from, to, n);
      if (draw >= sum) return undefined;
      const kind = kinds[bounds.findIndex((bound) => draw < bound)] as NetFaultKind;
      const size = mixed(seed + 1, from, to, n) / 0x1_0000_0000;
      return { from, to, n, kind, byMs: Math.ceil(mostMs[kind] ** size) };
    },
  };
}

/** Exactly these, and nothing else. */
export function listedFates(list: readonly NetFault[]): Fates {
  const byKey = new Map(list.map((each) => [`${each.from} ${each.to} ${each.n}`, each]));
  if (list.length === 0) return { of: () => undefined };
  return { of: (from, to, n) => byKey.get(`${from} ${to} ${n}`) };
}
