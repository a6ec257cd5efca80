/** "Stored, then sent", checked by the compiler. */

declare const isOnDisk: unique symbol;

/**
 * Proof that a write is on the disk. Only the commit room makes one, for each `persisted`; what may only follow from a
 * durable write asks for it. So nobody can send a grant, acknowledge one, boot, or open a block too early.
 */
export interface Durable {
  readonly [isOnDisk]: true;
}
