/**
 * Durable notes on what this boot did with each block: what tells a wiped run directory from a fresh one.
 * A note of another boot counts as none, because no pod of that boot lives.
 */
import type { Result } from '@hedgerow/core';
import type { Cidr } from '@hedgerow/core/address';

/** The part of the store that keeps notes. Every write is durable when the call returns. */
export interface NoteStore {
  notes(prefix: string): Result<ReadonlyMap<string, string>>;
  putNotes(notes: Readonly<Record<string, string | undefined>>): Result<void>;
}

/**
 * - `open`: published on this boot, takes new addresses.
 * - `closed`: moved aside for good, keeps its addresses.
 * - `draining`: on its way out.
 * - `removed`: it was empty and rested, and may be gone from the directory.
 */
export type BlockPhase = 'open' | 'closed' | 'draining' | 'removed';

/** Notes of one boot. */
export interface BlockNotes {
  get(pool: string, prefix: Cidr): BlockPhase | undefined;
  /** Durable before it returns; a refusal changed nothing. */
  set(pool: string, prefix: Cidr, phase: BlockPhase): Result<void>;
}

const start = 'block ';
const phases: ReadonlySet<string> = new Set<BlockPhase>(['open', 'closed', 'draining', 'removed']);

/** Reads all notes once; a store that cannot be read is a refusal. */
export function readBlockNotes(store: NoteStore, bootId: string): Result<BlockNotes> {
  const stored = store.notes(start);
  if (!stored.ok) return stored;
  const known = new Map<string, BlockPhase>();
  for (const [name, text] of stored.value) {
    const [phase = '', boot] = text.split(' ');
    if (boot === bootId && phases.has(phase)) known.set(name, phase as BlockPhase);
  }
  const notes: BlockNotes = {
    get: (pool, prefix) => known.get(nameOf(pool, prefix)),
    set(pool, prefix, phase) {
      const name = nameOf(pool, prefix);
      if (known.get(name) === phase) return { ok: true, value: undefined };
      const written = store.putNotes({ [name]: `${phase} ${bootId}` });
      if (written.ok) known.set(name, phase);
      return written;
    },
  };
  return { ok: true, value: notes };
}

function nameOf(pool: string, prefix: Cidr): string {
  return `${start}${pool} ${prefix}`;
}
