/**
 * All claims of this node with their namespaces, cheap enough for a look a minute: what a claim's record
 * says never changes, so that only attachments that changed are read again.
 */
import {
  type Attachment,
  attachmentPath,
  attachmentsPath,
  claimsOf,
  type Files,
  networkPath,
  parseOwnerText,
  parseRecord,
  type RunPlace,
  recordPath,
} from '@hedgerow/core/claims';

/** A claim, and the path of the namespace for which it was made. */
export interface NamedClaim {
  readonly attachment: Attachment;
  readonly claim: string;
  /** '' when the caller named none. */
  readonly netns: string;
}

interface Known {
  readonly changedMs: number;
  readonly claims: readonly NamedClaim[];
}

/** Attachments that are looked at before others get their turn. */
const slice = 256;

/** Lists all claims; the list remembers what it read for the next time. */
export function createClaimList(
  files: Files,
  place: RunPlace,
): () => Promise<readonly NamedClaim[]> {
  let known = new Map<string, Known>();
  return async () => {
    const next = new Map<string, Known>();
    let looked = 0;
    for (const network of namesIn(files, attachmentsPath(place))) {
      for (const name of namesIn(files, networkPath(place, network))) {
        if (++looked % slice === 0) await new Promise((turn) => setImmediate(turn));
        const text = `${network}/${name}`;
        const found = lookAt(files, place, text, known.get(text));
        if (found !== undefined) next.set(text, found);
      }
    }
    known = next;
    return [...next.values()].flatMap(({ claims }) => claims);
  };
}

function lookAt(
  files: Files,
  place: RunPlace,
  text: string,
  before: Known | undefined,
): Known | undefined {
  const attachment = before?.claims[0]?.attachment ?? parseOwnerText(text);
  if (attachment === undefined) return undefined;
  const stat = files.lstat(attachmentPath(place, attachment));
  if (typeof stat === 'string') return undefined;
  if (before?.changedMs === stat.mtimeMs) return before;
  const claims = claimsOf(files, place, attachment);
  if (typeof claims === 'string') return undefined;
  return {
    changedMs: stat.mtimeMs,
    claims: claims.flatMap((claim) => {
      const read = files.readlink(recordPath(place, attachment, claim));
      const record = typeof read === 'string' ? undefined : parseRecord(read.target);
      return record === undefined ? [] : [{ attachment, claim, netns: record.netns }];
    }),
  };
}

function namesIn(files: Files, path: string): readonly string[] {
  const names = files.readdir(path);
  return typeof names === 'string' ? [] : names;
}
