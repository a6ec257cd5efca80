/** Tells of one claim what became of it. */
import { formatAddress } from '@hedgerow/core/address';
import { type Files, listAttachment, type RunPlace } from '@hedgerow/core/claims';
import type { LeakReport } from '../report/index.ts';
import type { NamedClaim } from './claimList.ts';

/** With the address that the claim holds now; call it before the claim is freed. */
export function leakReport(
  files: Files,
  place: RunPlace,
  { attachment, claim, netns }: NamedClaim,
  state: LeakReport['state'],
  reason: string,
): LeakReport {
  const claims = listAttachment(files, place, attachment)?.claims ?? [];
  const held = claims.find((each) => each.claim === claim)?.held;
  const { network, containerId, ifname } = attachment;
  return {
    ...(held === undefined ? {} : { address: formatAddress(held.address), pool: held.pool }),
    network,
    container: containerId,
    interface: ifname,
    netns,
    state,
    reason,
  };
}
