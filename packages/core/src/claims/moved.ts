/** What an ADD does that is repeated for a container which got another network namespace meanwhile. */
import type { AttachContext, PoolWish } from './attach.ts';
import { recordPath } from './attachment.ts';
import type { HeldAddress } from './entry.ts';
import { parseRecord } from './record.ts';

/**
 * True when the container got another network namespace without a DEL in between. Its claims say where the
 * old one was; somebody who finds that gone would free them under the new one. New claims miss that.
 */
export function hasMoved(context: AttachContext, claims: readonly string[]): boolean {
  const { files, place, attachment, netns } = context;
  return claims.some((claim) => {
    const read = files.readlink(recordPath(place, attachment, claim));
    const before = typeof read === 'string' ? undefined : parseRecord(read.target)?.netns;
    return before !== undefined && before !== '' && netns !== '' && before !== netns;
  });
}

/** The same wishes, for the same addresses if possible. */
export function preferring(
  former: readonly HeldAddress[],
  wishes: readonly PoolWish[],
): readonly PoolWish[] {
  return wishes.map((wish) => {
    const held = former.find(({ pool }) => pool === wish.pool.name);
    return held === undefined ? wish : { ...wish, preferred: held.address };
  });
}
