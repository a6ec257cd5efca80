/** Lists the addresses that attachments hold on this node. */
import { type Address, compareAddress, formatAddress, formatPrefix } from '@hedgerow/core/address';
import { type Files, listEntries, ownerOf, type RunPlace } from '@hedgerow/core/claims';
import type { AddressReport } from '../report/index.ts';

/** All held addresses in address order. What cannot be read is left out. */
export function listAddresses(files: Files, place: RunPlace): readonly AddressReport[] {
  // By claim: a block that moves to draining/ while we look is seen twice.
  const held = new Map<string, { readonly address: Address; readonly report: AddressReport }>();
  for (const entry of listEntries(files, place)) {
    const owner = ownerOf(files, place, entry);
    if (owner === undefined) continue;
    const report = {
      address: formatAddress(entry.address),
      pool: entry.pool,
      block: formatPrefix(entry.block),
      network: owner.network,
      container: owner.containerId,
      interface: owner.ifname,
    };
    held.set(entry.claim, { address: entry.address, report });
  }
  return [...held.values()]
    .sort((a, b) => compareAddress(a.address, b.address))
    .map(({ report }) => report);
}
