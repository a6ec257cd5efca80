/** The status of a node for people: what it has, whom it hears, what it waits for and why. */

import { amount, plural, table } from './terminal.ts';
import type { AddressReport, HoldingStatus, PeerStatus, PoolStatus, Status } from './types.ts';

/** Pieces of reserve that are listed one by one. */
const maxReserveRows = 4;

/** Text of a status, ready to print, without a final newline. */
export function statusText(status: Status): string {
  const head = `${status.name}  ${status.state}\n  member   ${status.member}\n  network  ${status.network}`;
  const parts = [head, ...status.pools.map(poolText), guardianText(status), peersText(status)];
  if (status.waiting.length > 0) {
    const lines = status.waiting.map(
      ({ pool, message }) => `  - ${pool === undefined ? '' : `${pool}: `}${message}`,
    );
    parts.push(['waiting for', ...lines].join('\n'));
  }
  if (status.alarms.length > 0) {
    parts.push(
      ['ALARMS', ...status.alarms.map(({ code, message }) => `  ! ${code}: ${message}`)].join('\n'),
    );
  }
  return parts.join('\n\n');
}

function poolText(pool: PoolStatus): string {
  const committed = pool.holdings.filter((holding) => holding.use === 'committed');
  const blocks = `${plural(committed.length, 'block')} of /${pool.blockLength}`;
  const free = `${pool.free.committed} free, ${amount(pool.free.reserve)} in reserve`;
  const rows = rowsOf(pool.holdings);
  const title = `pool ${pool.name}  ${pool.prefix}  ${blocks}: ${free}`;
  return rows.length === 0 ? title : `${title}\n${table(rows)}`;
}

/** Reserve comes in a piece for each power of two: many pieces are one row. */
function rowsOf(holdings: readonly HoldingStatus[]): readonly (readonly string[])[] {
  const reserve = holdings.filter(({ use }) => use === 'reserve');
  if (reserve.length <= maxReserveRows) return holdings.map(rowOf);
  const lengths = reserve.map(({ prefix }) => Number(prefix.split('/')[1]));
  const sizes = `/${Math.min(...lengths)} to /${Math.max(...lengths)}`;
  const used = holdings.filter(({ use }) => use !== 'reserve').map(rowOf);
  return [...used, [`${reserve.length} prefixes`, 'reserve', sizes]];
}

function rowOf({ prefix, version, use, used, size }: HoldingStatus): readonly string[] {
  const filled = use === 'committed' ? `${used}/${size} used` : `${amount(size)} addresses`;
  return [prefix, use, filled, `version ${version}`];
}

function guardianText({ guardians }: Status): string {
  if (guardians.members.length === 0) return 'guardians  this node itself';
  const { epoch, members, quorum, reachable, connections } = guardians;
  const rows = connections.map(({ member, name, connected }) => [
    name || '?',
    connected ? 'connected' : 'not connected',
    member,
  ]);
  const needed = reachable < quorum ? `TOO FEW: ${quorum} needed` : `${quorum} needed`;
  const title = `guardians  ${reachable} of ${members.length} reachable, ${needed} (epoch ${epoch})`;
  return `${title}\n${table(rows)}`;
}

function peersText({ peers }: Status): string {
  if (peers.length === 0) return 'peers  none known';
  const rows = peers.map((peer) => [
    peer.name || '?',
    connectionText(peer),
    peer.lastHeardMs === null ? 'never heard' : `heard ${ago(peer.lastHeardMs)} ago`,
    peer.member,
  ]);
  return `peers\n${table(rows)}`;
}

function connectionText({ connected, gone }: PeerStatus): string {
  if (gone === true) return 'gone, still runs';
  return connected ? 'connected' : 'not connected';
}

function ago(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Text of `addr ls`. */
export function addressesText(addresses: readonly AddressReport[]): string {
  if (addresses.length === 0) return 'no address is held on this node';
  const head = ['ADDRESS', 'POOL', 'BLOCK', 'NETWORK', 'CONTAINER', 'INTERFACE'];
  const rows = addresses.map((row) => [
    row.address,
    row.pool,
    row.block,
    row.network,
    row.container,
    row.interface,
  ]);
  return table([head, ...rows]);
}
