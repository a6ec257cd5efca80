/** The number of the last note of this boot, in the run directory: a symlink, so that a tidy-up of links takes it too. */
import { type FileError, type Files, notesPath, type RunPlace } from '@hedgerow/core/claims';

/** Gives the numbers of notes. */
export interface NoteCounter {
  /** The number of the note that is about to be written: the run directory has it now, or why it cannot, in words. */
  next(): number | string;
  /** That note is in the database. */
  written(): void;
  /** The run directory has lost the number, or has an earlier one. Then it gets no new one. */
  readonly isLost: boolean;
}

/** The number in the run directory; 0 when there is none. */
export function numberIn(files: Files, place: RunPlace): number {
  const read = files.readlink(notesPath(place));
  const number = typeof read === 'string' ? 0 : Number(read.target);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/** Goes on after `last`, which the run directory has unless it `isLost`. */
export function createNoteCounter(
  files: Files,
  place: RunPlace,
  last: number,
  wasLost: boolean,
): NoteCounter {
  let isLost = wasLost;
  let shown = last;
  /** A number that the database refused is taken again. */
  let number = last;
  function look(): boolean {
    isLost ||= numberIn(files, place) !== shown;
    return isLost;
  }
  return {
    next() {
      if (look()) return number + 1;
      if (shown === number) {
        const error = show(files, place, number + 1);
        if (error !== undefined) return `cannot number a note: ${error}`;
        shown = number + 1;
      }
      return number + 1;
    },
    written() {
      number += 1;
      shown = Math.max(shown, number);
    },
    get isLost() {
      return look();
    },
  };
}

/** Replaces the number in one step. What a killed agent had prepared goes first. */
function show(files: Files, place: RunPlace, number: number): FileError {
  const path = notesPath(place);
  const prepared = `${path}.new`;
  files.unlink(prepared);
  return files.symlink(`${number}`, prepared) ?? files.rename(prepared, path);
}
