/**
 * Draws the map in a terminal: one cell for each equal part of a pool, with the letter of the member that
 * has most of it. Capital: the cell is that member's alone. Small: others have parts of it. `!`: disputed.
 */
import { addressAt, formatAddress, type Prefix, prefixOf, sizeOf } from '@hedgerow/core/address';
import { amount, paint, plural, table } from './terminal.ts';
import type { MapPiece, MapReport, PoolMap } from './types.ts';

/** How a picture is drawn. */
export interface MapTextOptions {
  readonly colour: boolean;
  /** Cells in one row, a power of two. */
  readonly columns?: number;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const maxRows = 4;
const defaultColumns = 64;

/** The picture, ready to print, without a final newline. */
export function mapText(report: MapReport, options: MapTextOptions): string {
  const legend = legendOf(report);
  const pools = report.pools.map((pool) => poolText(pool, report.member, legend, options));
  return pools.length === 0 ? 'no such pool' : pools.join('\n\n');
}

/** Only the cells of a pool, in one line: for pictures that change while one looks. */
export function mapLine(report: MapReport, pool: PoolMap, options: MapTextOptions): string {
  return drawCells(pool, options.columns ?? defaultColumns, legendOf(report), options).join('');
}

type Legend = ReadonlyMap<string, number>;

/** Numbers the members by name, so that a member keeps its letter however the shares change. */
function legendOf(report: MapReport): Legend {
  const names = new Map(
    report.pools.flatMap(({ shares }) => shares.map((s) => [s.member, s.name])),
  );
  const members = [...names].map(([member, name]) => ({ member, key: `${name} ${member}` }));
  members.sort((a, b) => (a.key < b.key ? -1 : 1));
  return new Map(members.map(({ member }, index) => [member, index]));
}

function letterOf(index: number | undefined): string {
  return index === undefined ? '.' : (letters[index] ?? '#');
}

function poolText(pool: PoolMap, self: string, legend: Legend, options: MapTextOptions): string {
  const prefix = prefixOf(pool.prefix);
  const columns = options.columns ?? defaultColumns;
  const drawn = drawCells(pool, columns * maxRows, legend, options);
  const rows: string[][] = [];
  for (let at = 0; at < drawn.length; at += columns) {
    const first = addressAt(prefix, (sizeOf(prefix) / BigInt(drawn.length)) * BigInt(at));
    const label = first === undefined ? '' : formatAddress(first);
    rows.push([label, drawn.slice(at, at + columns).join('')]);
  }
  const shares = pool.shares.map((share) => {
    const index = legend.get(share.member);
    const letter = paint(letterOf(index), index, options.colour);
    const mine = share.member === self ? ' (this node)' : '';
    const percent = `${(share.share * 100).toFixed(1)} %`;
    return [letter, `${share.name || '?'}${mine}`, percent, amount(share.addresses), share.member];
  });
  const cell = `one cell is a /${prefix.length + Math.log2(drawn.length)}`;
  const title = `${pool.name}  ${pool.prefix}  ${plural(pool.pieces.length, 'piece')}, ${cell}`;
  return [title, table(rows), table(shares)].join('\n');
}

/** One cell per block, or as many as `most` allows. Both are powers of two. */
function drawCells(
  pool: PoolMap,
  most: number,
  legend: Legend,
  { colour }: MapTextOptions,
): readonly string[] {
  const prefix = prefixOf(pool.prefix);
  const blockBits = Math.min(Math.max(pool.blockLength - prefix.length, 0), 30);
  const cells = cellsOf(pool, prefix, Math.min(2 ** blockBits, most));
  return cells.map((cell) => drawCell(cell, legend, colour));
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
