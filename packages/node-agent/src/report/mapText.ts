/**
 * Draws the map in a terminal: one cell for each equal part of a pool, with the letter of the member that
 * has most of it. Capital: the cell is that member's alone. Small: others have parts of it. `!`: disputed.
 */
import { addressAt, formatAddress, type Prefix, prefixOf, sizeOf } from '@hedgerow/core/address';
import { paint, plural, table } from './terminal.ts';
import type { MapPiece, MapReport, PoolMap } from './types.ts';

/** How a picture is drawn. */
export interface MapTextOptions {
  readonly colour: boolean;
  /** Cells in one row, a power of two. */
  readonly columns?: number;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const maxRows = 4;

/** The picture, ready to print, without a final newline. */
export function mapText(report: MapReport, options: MapTextOptions): string {
  const members = [...new Set(report.pools.flatMap((pool) => pool.shares.map((s) => s.member)))];
  // Sorted, so that a member keeps its letter however the shares change.
  const legend = new Map(members.sort().map((member, index) => [member, index]));
  const pools = report.pools.map((pool) => poolText(pool, report.member, legend, options));
  return pools.length === 0 ? 'no such pool' : pools.join('\n\n');
}

type Legend = ReadonlyMap<string, number>;

function letterOf(index: number | undefined): string {
  return index === undefined ? '.' : (letters[index] ?? '#');
}

function poolText(pool: PoolMap, self: string, legend: Legend, options: MapTextOptions): string {
  const prefix = prefixOf(pool.prefix);
  const blockBits = Math.min(pool.blockLength - prefix.length, 30);
  const columns = options.columns ?? 64;
  const cells = Math.min(2 ** Math.max(blockBits, 0), columns * maxRows);
  const drawn = cellsOf(pool, prefix, cells).map((cell) => drawCell(cell, legend, options.colour));
  const rows: string[][] = [];
  for (let at = 0; at < cells; at += columns) {
    const first = addressAt(prefix, (sizeOf(prefix) / BigInt(cells)) * BigInt(at));
    const label = first === undefined ? '' : formatAddress(first);
    rows.push([label, drawn.slice(at, at + columns).join('')]);
  }
  const cellLength = prefix.length + Math.log2(cells);
  const shares = pool.shares.map((share) => {
    const index = legend.get(share.member);
    const letter = paint(letterOf(index), index, options.colour);
    const mine = share.member === self ? ' (this node)' : '';
    const percent = `${(share.share * 100).toFixed(1)} %`;
    return [letter, `${share.name || '?'}${mine}`, percent, `${share.addresses}`, share.member];
  });
  const title = `${pool.name}  ${pool.prefix}  ${plural(pool.pieces.length, 'piece')}, one cell is a /${cellLength}`;
  return [title, table(rows), table(shares)].join('\n');
}

/** What a cell shows: who has most of it, and whether others have some. */
interface Cell {
  readonly owner: string | undefined;
  readonly shared: boolean;
  readonly disputed: boolean;
}

/** Walks pieces and cells once, side by side: both are in address order. */
function cellsOf(pool: PoolMap, prefix: Prefix, count: number): readonly Cell[] {
  const size = sizeOf(prefix) / BigInt(count);
  const pieces = pool.pieces.map((piece) => ({ piece, prefix: prefixOf(piece.prefix) }));
  const cells: Cell[] = [];
  let from = 0;
  for (let index = 0; index < count; index++) {
    const start = prefix.value + size * BigInt(index);
    const end = start + size;
    const amounts = new Map<string, bigint>();
    let disputed = false;
    for (let at = from; at < pieces.length; at++) {
      const entry = pieces[at];
      if (entry === undefined || entry.prefix.value >= end) break;
      const pieceEnd = entry.prefix.value + sizeOf(entry.prefix);
      if (pieceEnd <= end) from = at + 1;
      const part = overlap(entry.prefix.value, pieceEnd, start, end);
      addTo(amounts, entry.piece, part);
      disputed ||= entry.piece.disputed;
    }
    const owners = [...amounts].sort(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0));
    cells.push({ owner: owners[0]?.[0], shared: owners.length > 1, disputed });
  }
  return cells;
}

function overlap(start: bigint, end: bigint, from: bigint, to: bigint): bigint {
  return (end < to ? end : to) - (start > from ? start : from);
}

function addTo(amounts: Map<string, bigint>, piece: MapPiece, part: bigint): void {
  amounts.set(piece.owner, (amounts.get(piece.owner) ?? 0n) + part);
}

function drawCell(cell: Cell, legend: Legend, colour: boolean): string {
  const index = cell.owner === undefined ? undefined : legend.get(cell.owner);
  if (cell.disputed) return paint('!', undefined, colour);
  const letter = letterOf(index);
  return paint(cell.shared ? letter.toLowerCase() : letter, index, colour);
}
