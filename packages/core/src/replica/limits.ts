// How much one update may hold. A replica never makes more and refuses more, so no message of a peer can
// cost unbounded time or memory. The numbers are part of the protocol: all members must agree on them.
import { maxEntryBytes } from '../ownership/index.ts';

/** Bytes of one update, 1 MiB. */
export const maxUpdateBytes = 1_048_576;

/** Entries in one update, of all publishers. */
export const maxUpdateEntries = 4096;

/** Bytes of an entry in its envelope: signature, publisher and store id come on top of the entry. */
export const maxValueBytes: number = maxEntryBytes + 512;

/** Bytes of a key: an entry id, a client and a clock. */
export const maxKeyBytes = 96;

/** Last clock of one publisher. At ten entries a second it lasts seven years. */
export const maxClock = 0x7fff_ffff;

/** Publishers in one vector. */
export const maxVectorClients = 100_000;

/** Bytes of one vector: at most 8 for a client id, 5 for a clock. */
export const maxVectorBytes: number = 13 * maxVectorClients + 8;

/** What `diff` puts into one update unless told otherwise: small enough to be one message of a stream. */
export const defaultDiffBytes = 262_144;
