/** What is known of addresses, for people. */
import { table } from './terminal.ts';
import type { AddressDetail, AddressHolder, GcReport, LeakReport, ReleaseReport } from './types.ts';

/** Text of `addr show`. */
export function addressText(detail: AddressDetail): string {
  const { address, pool, block, blockState } = detail;
  if (pool === undefined) return `${address}\n${table([['pool', 'none: no pool contains it']])}`;
  const here = { open: 'open here', draining: 'leaving this node', absent: 'not on this node' };
  const rows: (readonly [string, string])[] = [
    ['pool', pool],
    ['block', `${block}  ${blockState === undefined ? '' : here[blockState]}`],
    ['owner', ownerText(detail)],
    ['held by', holdText(detail)],
    ...(detail.holder === undefined ? [] : holderRows(detail.holder)),
  ];
  return `${address}\n${table(rows)}`;
}

function ownerText({ owner }: AddressDetail): string {
  if (owner === undefined) return 'nobody, as far as this node knows';
  const { member, name, isSelf, prefix, version, disputed } = owner;
  const who = isSelf ? 'this node' : `${name || '?'} ${member}`;
  return `${who}, by ${prefix} version ${version}${disputed ? ', DISPUTED' : ''}`;
}

function holdText({ holder, reserved, restLeftMs, owner }: AddressDetail): string {
  if (holder !== undefined) {
    return `${holder.network}/${holder.container}, interface ${holder.interface}`;
  }
  if (reserved !== undefined) return `nobody: ${reserved}`;
  if (restLeftMs !== undefined) {
    return `nobody; it was freed and rests for another ${Math.ceil(restLeftMs / 1000)} s`;
  }
  return owner === undefined || owner.isSelf ? 'nobody' : 'nobody here; ask its owner';
}

function holderRows(holder: AddressHolder): readonly (readonly [string, string])[] {
  return [
    ['since', holder.since ?? 'not known: its record is gone'],
    ['namespace', `${holder.netns ?? 'not known'}  ${holder.netnsState}`],
    ['claim', holder.claim],
  ];
}

/** Text of `addr release`: one line. */
export function releaseText({ address, pool, holder }: ReleaseReport): string {
  const { network, container, interface: ifname } = holder;
  return `freed ${address} of pool ${pool}, which ${network}/${container} held on ${ifname}`;
}

/** Text of `addr gc`. */
export function gcText({ dryRun, leaks, swept }: GcReport): string {
  const freed = leaks.filter(({ state }) => state === (dryRun ? 'due' : 'freed')).length;
  const words = `${freed} ${freed === 1 ? 'address' : 'addresses'} of containers that are gone`;
  const head = dryRun ? `would free ${words}` : `freed ${words}`;
  const rest = dryRun ? '' : `, and ${swept.entries + swept.leftovers} leftovers of killed plugins`;
  return leaks.length === 0 ? head + rest : `${head}${rest}\n${table(leaks.map(row))}`;
}

function row(leak: LeakReport): readonly string[] {
  const { address = '-', network, container, interface: ifname, state, reason } = leak;
  return [state, address, `${network}/${container}:${ifname}`, reason];
}
