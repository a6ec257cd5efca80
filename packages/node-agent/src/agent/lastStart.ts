/**
 * What one start of the agent leaves for the next: the boot nonces of this store, and the machine that it
 * ran on. Durable before the start begins, so that a later one can tell its own traces from those of
 * a copy of this store.
 */
import { ok, type Result } from '@hedgerow/core';
import type { Store } from '../store/index.ts';
import type { MachineIds } from './machine.ts';

/** The part of a store that this needs. */
export type Notes = Pick<Store, 'note' | 'putNotes'>;

/** What the notes say at a start. */
export interface LastStart {
  /** Boot nonces of the starts before, `registered` first: guardians may still remember each of them. */
  readonly nonces: readonly string[];
  /** What speaks for a copy of this store, or for one that went back in time. */
  readonly suspicion?: string;
}

const noncesNote = 'boot nonces';
const machineNotes = { machine: 'machine id', generation: 'vm generation id' } as const;

/** Starts whose nonces are remembered. */
const maxNonces = 1000;

/**
 * Reads the notes and writes those of this start. `registered` is the nonce in the register as the database
 * has it, `next` the one that this start is about to write. With `adopt` the operator says that this is the
 * rightful store on the rightful machine: its ids are noted, and nothing is suspected.
 */
export function noteStart(
  notes: Notes,
  start: {
    readonly registered: string;
    readonly next: string;
    readonly machine: MachineIds;
    readonly adopt: boolean;
  },
): Result<LastStart> {
  const { registered, next, machine, adopt } = start;
  const written = notes.note(noncesNote);
  if (!written.ok) return written;
  const before = (written.value ?? '').split(' ').filter((each) => each !== '');
  const changes: Record<string, string> = {
    [noncesNote]: [...before, next].slice(-maxNonces).join(' '),
  };
  const reasons: string[] = [];
  for (const kind of ['machine', 'generation'] as const) {
    const now = machine[kind];
    const noted = notes.note(machineNotes[kind]);
    if (!noted.ok) return noted;
    if (now === undefined || now === noted.value) continue;
    if (noted.value === undefined || adopt) changes[machineNotes[kind]] = now;
    else reasons.push(`the ${machineNotes[kind]} was ${noted.value} and is ${now}`);
  }
  const stored = notes.putNotes(changes);
  if (!stored.ok) return stored;
  const nonces = [registered, ...before.filter((each) => each !== registered)];
  return ok(reasons.length === 0 ? { nonces } : { nonces, suspicion: reasons.join(', and ') });
}
