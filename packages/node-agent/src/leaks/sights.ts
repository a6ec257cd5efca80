/**
 * Where each claim's namespace was last seen, kept in the run directory so that a restart of the agent does
 * not forget it. Losing it is harmless: what was never seen is never freed.
 */
import { type Files, isClaimId, type RunPlace } from '@hedgerow/core/claims';

/** A namespace that was seen under its name. */
export interface Sight {
  /** Identity of the directory that its name was in. */
  readonly directory: string;
  readonly inode: string;
}

const maxBytes = 16 * 1024 * 1024;

/** What the file says; nothing when there is none. */
export function readSights(files: Files, place: RunPlace): Map<string, Sight> {
  const read = files.readText(pathOf(place), maxBytes);
  const sights = new Map<string, Sight>();
  if (typeof read === 'string') return sights;
  for (const line of read.text.split('\n')) {
    const match = /^([0-9a-f]+) (\d+:\d+) (\d+)$/.exec(line);
    const [, claim = '', directory = '', inode = ''] = match ?? [];
    if (isClaimId(claim)) sights.set(claim, { directory, inode });
  }
  return sights;
}

/** Replaces the file. */
export function writeSights(
  files: Files,
  place: RunPlace,
  sights: ReadonlyMap<string, Sight>,
): void {
  const lines = [...sights].map(
    ([claim, { directory, inode }]) => `${claim} ${directory} ${inode}\n`,
  );
  files.writeText(pathOf(place), lines.join(''));
}

function pathOf(place: RunPlace): string {
  return `${place.boot}/seen`;
}
