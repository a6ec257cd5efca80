/** Who holds one address, and how an operator frees it. */
import { ok, type Result, refuse } from '@hedgerow/core';
import { type Address, formatAddress, type Prefix } from '@hedgerow/core/address';
import {
  type Attachment,
  addressName,
  areaPath,
  attachmentPath,
  blockName,
  type Files,
  isClaimId,
  listAttachment,
  ownerOf,
  ownerText,
  type RunPlace,
  recordPath,
  undoClaim,
} from '@hedgerow/core/claims';
import { type Namespaces, namespaceState } from '../leaks/index.ts';
import type { AddressHolder, ReleaseReport } from '../report/index.ts';

/** One address in its block. */
export interface AddressPlace {
  readonly pool: string;
  readonly block: Prefix;
  readonly address: Address;
}

interface Found {
  readonly attachment: Attachment;
  readonly holder: AddressHolder;
}

/** The attachment that holds the address on this node. */
export function holderOf(
  files: Files,
  place: RunPlace,
  namespaces: Namespaces,
  at: AddressPlace,
): AddressHolder | undefined {
  return find(files, place, namespaces, at)?.holder;
}

function find(
  files: Files,
  place: RunPlace,
  namespaces: Namespaces,
  { pool, block, address }: AddressPlace,
): Found | undefined {
  for (const area of ['blocks', 'draining'] as const) {
    const path = `${areaPath(place, pool, area)}/${blockName(block)}/${addressName(address)}`;
    const names = files.readdir(path);
    for (const claim of typeof names === 'string' ? [] : names.filter(isClaimId)) {
      const attachment = ownerOf(files, place, { pool, area, block, address, claim });
      if (attachment === undefined) continue;
      return { attachment, holder: describe(files, place, namespaces, attachment, claim) };
    }
  }
  return undefined;
}

function describe(
  files: Files,
  place: RunPlace,
  namespaces: Namespaces,
  attachment: Attachment,
  claim: string,
): AddressHolder {
  const stat = files.lstat(recordPath(place, attachment, claim));
  const claims = listAttachment(files, place, attachment)?.claims ?? [];
  const netns = claims.find((each) => each.claim === claim)?.record?.netns ?? '';
  return {
    network: attachment.network,
    container: attachment.containerId,
    interface: attachment.ifname,
    claim,
    ...(typeof stat === 'string' ? {} : { since: new Date(stat.mtimeMs).toISOString() }),
    ...(netns === '' ? {} : { netns }),
    netnsState: namespaceState(namespaces, netns),
  };
}

/**
 * Frees what holds the address, by its claim: whoever takes the address meanwhile keeps it. Refusals:
 * `free`; `in-use` when its namespace is there or nobody can tell, unless `isForced`; `io`.
 */
export function releaseHeld(
  files: Files,
  place: RunPlace,
  namespaces: Namespaces,
  at: AddressPlace,
  isForced: boolean,
): Result<ReleaseReport> {
  const address = formatAddress(at.address);
  const found = find(files, place, namespaces, at);
  if (found === undefined) {
    return refuse('free', `Nobody holds ${address} on this node; nothing was changed.`);
  }
  const { attachment, holder } = found;
  if (!isForced && holder.netnsState !== 'gone') return inUse(address, attachment, holder);
  const record = { pool: at.pool, block: at.block, candidates: [at.address] };
  const error = undoClaim(files, place, attachment, holder.claim, { record });
  files.rmdir(attachmentPath(place, attachment));
  if (error === undefined) return ok({ address, pool: at.pool, holder });
  return refuse('io', `The run directory did not work (${error}); ${address} may still be held.`);
}

function inUse(address: string, attachment: Attachment, holder: AddressHolder): Result<never> {
  const by = `${address} is held by ${ownerText(attachment)}`;
  const why =
    holder.netnsState === 'present'
      ? `its network namespace ${holder.netns} is there, so it may be in use`
      : `nobody can tell whether it is in use (namespace: ${holder.netns ?? 'not known'})`;
  return refuse(
    'in-use',
    `${by}, and ${why}. Freed now, it could be given to another container while this one uses it. Remove the container, or say --force if you know better.`,
  );
}
