// The view of a set of entries and its register book, made together: the view believes the certificates that the
// book can check. Both are functions of the set of entries alone.
import type { Verify } from '../crypto/index.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import {
  createView,
  type OwnershipView,
  type RecordBody,
  type SignedEntry,
  type ViewChange,
} from '../ownership/index.ts';
import { createRegisterBook, type RegisterBook } from '../register/index.ts';

/** What a set of records and proofs says: who owns what, and who keeps whose register. */
export interface Ledger {
  readonly view: OwnershipView;
  readonly registers: RegisterBook;
}

/** What a ledger is made of. */
export interface LedgerOptions {
  readonly network: NetworkId;
  /** Records that are active from the start: the genesis document's. */
  readonly roots: readonly RecordBody[];
  readonly verify: Verify;
  /** Keys whose overrides are believed: the genesis document's. */
  readonly authorities: readonly MemberId[];
}

const unchanged: ViewChange = { changed: [], disputes: [] };

/** A ledger of the roots alone. Throws on roots that overlap or belong to another network. */
export function createLedger({ network, roots, verify, authorities }: LedgerOptions): Ledger {
  const registers = createRegisterBook(network, verify, authorities);
  const certified = registers.vouchedBy.bind(registers);
  return { view: createView({ network, roots, certified }), registers };
}

/** Enters a verified entry: what it did to the view, be it through a proof that records waited for. */
export function enter({ view, registers }: Ledger, entry: SignedEntry): ViewChange {
  if (entry.type === 'ownership') return view.add(entry);
  if (entry.type === 'register' && registers.add(entry)) return view.recheck();
  return unchanged;
}
