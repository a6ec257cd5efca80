/**
 * Durable notes on what this boot did with each block: what tells a wiped run directory from a fresh one.
 * A note of another boot counts as none, because no pod of that boot lives.
 *
 * The notes are in the database, which may be restored from a snapshot; the run directory may be wiped. So each
 * note has a number, and the run directory has the last one: a symlink `notes`, replaced before the note is
 * written. A start compares the two numbers (none is 0):
 *
 * | run directory | database | what happened | what is believed |
 * | --- | --- | --- | --- |
 * | 0 | 0 | the first start on this boot | there is nothing |
 * | 7 | 7 | a restart | the notes |
 * | 8 | 7 | killed between the two | the run directory: what was about to be done was not |
 * | 9 | 4 or 0 | the database went back | the run directory, with its marks |
 * | 0 or 4 | 9 | the run directory was wiped, or went back | the notes: what is not there is lost |
 *
 * Believing the run directory: what lies in blocks/ is `open`, what lies in draining/ is `draining` (also what was
 * `closed`: whoever closed it says so again, or it leaves when it is empty), and of what is nowhere there is no note;
 * its mark and what lies aside tell the rest, see `blocks.ts`. The database learns of it at once.
 *
 * Who wipes the run directory under a running agent takes the number too. It is not written again on this boot:
 * whatever the database has by then, the directory stays known as one that was wiped.
 */
import { ok, type Result, refuse } from '@hedgerow/core';
import { type Cidr, formatPrefix } from '@hedgerow/core/address';
import {
  areaPath,
  type Files,
  listPools,
  parseBlockName,
  type RunPlace,
} from '@hedgerow/core/claims';
import { createNoteCounter, type NoteCounter, numberIn } from './noteCounter.ts';

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
  /** True when the run directory was wiped or went back since this boot's first note: what is not there may be in use. */
  readonly isDirectoryLost: boolean;
}

type Changes = Readonly<Record<string, string | undefined>>;

const start = 'block ';
/** No block has this name: that would have a pool and a prefix. */
const numberName = 'block notes';
const phases: ReadonlySet<string> = new Set<BlockPhase>(['open', 'closed', 'draining', 'removed']);

/** Reads all notes once; a store that cannot be read is a refusal. */
export function readBlockNotes(
  store: NoteStore,
  bootId: string,
  files: Files,
  place: RunPlace,
): Result<BlockNotes> {
  const stored = store.notes(start);
  if (!stored.ok) return stored;
  const ofBoot = new Map<string, string>();
  for (const [name, text] of stored.value) {
    const [value = '', boot] = text.split(' ');
    if (boot === bootId) ofBoot.set(name, value);
  }
  const inDatabase = Number(ofBoot.get(numberName) ?? 0);
  ofBoot.delete(numberName);
  const inDirectory = numberIn(files, place);
  const last = Math.max(inDirectory, inDatabase);
  const counter = createNoteCounter(files, place, last, inDirectory < inDatabase);
  if (inDirectory <= inDatabase) {
    return ok(notesOver(store, bootId, { known: phasesOf(ofBoot), unwritten: {}, counter }));
  }
  const known = phasesIn(files, place);
  const unwritten: Record<string, string | undefined> = { [numberName]: `${last} ${bootId}` };
  for (const name of ofBoot.keys()) unwritten[name] = undefined;
  for (const [name, phase] of known) unwritten[name] = `${phase} ${bootId}`;
  // What is refused now comes with the next note.
  const isWritten = store.putNotes(unwritten).ok;
  return ok(notesOver(store, bootId, { known, unwritten: isWritten ? {} : unwritten, counter }));
}

interface Known {
  readonly known: Map<string, BlockPhase>;
  /** What the database must still learn. */
  unwritten: Changes;
  readonly counter: NoteCounter;
}

function notesOver(store: NoteStore, bootId: string, state: Known): BlockNotes {
  const { known, counter } = state;
  return {
    get: (pool, prefix) => known.get(nameOf(pool, prefix)),
    set(pool, prefix, phase) {
      const name = nameOf(pool, prefix);
      if (known.get(name) === phase) return ok(undefined);
      const number = counter.next();
      if (typeof number === 'string') return refuse('run-directory', number);
      const changes = { [name]: `${phase} ${bootId}`, [numberName]: `${number} ${bootId}` };
      const written = store.putNotes({ ...state.unwritten, ...changes });
      if (!written.ok) return written;
      counter.written();
      state.unwritten = {};
      known.set(name, phase);
      return written;
    },
    get isDirectoryLost() {
      return counter.isLost;
    },
  };
}

function nameOf(pool: string, prefix: Cidr): string {
  return `${start}${pool} ${prefix}`;
}

function phasesOf(noted: ReadonlyMap<string, string>): Map<string, BlockPhase> {
  const known = new Map<string, BlockPhase>();
  for (const [name, phase] of noted) if (phases.has(phase)) known.set(name, phase as BlockPhase);
  return known;
}

/** What the places of blocks in the run directory say. */
function phasesIn(files: Files, place: RunPlace): Map<string, BlockPhase> {
  const known = new Map<string, BlockPhase>();
  const pools = listPools(files, place);
  for (const pool of typeof pools === 'string' ? [] : pools) {
    for (const [area, phase] of [
      ['blocks', 'open'],
      ['draining', 'draining'],
    ] as const) {
      const names = files.readdir(areaPath(place, pool, area));
      for (const name of typeof names === 'string' ? [] : names) {
        const block = parseBlockName(name);
        if (block !== undefined) known.set(nameOf(pool, formatPrefix(block)), phase);
      }
    }
  }
  return known;
}
