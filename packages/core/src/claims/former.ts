/** What an attachment holds already, and whether the ADD that claimed it had got all that it wanted. */
import { recordPath } from './attachment.ts';
import type { ClaimContext } from './claim.ts';
import { findHeld, type HeldAddress } from './entry.ts';
import { parseRecord } from './record.ts';

type Place = Pick<ClaimContext, 'files' | 'place' | 'attachment'>;

/** What these claims of the attachment hold. */
export function heldBy(where: Place, claims: readonly string[]): readonly HeldAddress[] {
  return lookAt(where, claims).held;
}

/** What these claims hold, and whether that is an address of each pool that their ADD wanted. */
export function lookAt(
  { files, place, attachment }: Place,
  claims: readonly string[],
): { readonly held: readonly HeldAddress[]; readonly isWhole: boolean } {
  const held: HeldAddress[] = [];
  let wanted = 1;
  for (const claim of claims) {
    const read = files.readlink(recordPath(place, attachment, claim));
    const record = typeof read === 'string' ? undefined : parseRecord(read.target);
    const address = record && findHeld(files, place, claim, record);
    if (address === undefined) continue;
    held.push(address);
    wanted = Math.max(wanted, record?.pools ?? 1);
  }
  return { held, isWhole: held.length >= wanted };
}
