// Convergence time against cluster size, as a picture: one line a condition, on a logarithmic scale of time.
import type { Condition, Convergence } from './convergence.ts';

const colours: Readonly<Record<Condition, string>> = {
  quiet: '#2a7f62',
  lossy: '#b5542d',
  partition: '#34568b',
};
/** What each condition is called in the picture and on the page. */
export const conditionNames: Readonly<Record<Condition, string>> = {
  quiet: 'from publication, no loss',
  lossy: 'from publication, one message in ten lost',
  partition: 'from the end of a partition into halves',
};

const left = 70;
const right = 690;
const top = 20;
const bottom = 330;
/** Powers of ten on the axis of time, milliseconds. */
const decades = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

function y(ms: number): number {
  const share = Math.log10(Math.max(1, ms)) / (decades.length - 1);
  return round(bottom - Math.min(1, share) * (bottom - top));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Milliseconds for people: `2.5 ms`, `148 s`. */
export function timeText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${ms.toFixed(0)} ms`;
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 1_000).toFixed(0)} s`;
}

/** The picture, SVG. Circles are medians; a bar goes up to the worst. */
export function pictureOf(rows: readonly Convergence[]): string {
  const sizes = [...new Set(rows.map(({ nodes }) => nodes))].sort((a, b) => a - b);
  const x = (nodes: number): number =>
    round(left + ((sizes.indexOf(nodes) + 0.5) * (right - left)) / Math.max(1, sizes.length));
  const title = '<title>Time until all nodes have a record, by number of nodes</title>';
  const labels = sizes.map((n) => text(x(n), bottom + 18, `${n}`, 'middle'));
  const conditions = Object.keys(colours) as Condition[];
  const lines = conditions.map((condition, at) => {
    const mine = rows.filter((row) => row.condition === condition);
    return lineOf(mine, (nodes) => x(nodes) + (at - 1) * 7, colours[condition]);
  });
  const legend = conditions.map((condition, at) => {
    const height = bottom + 62 + at * 18;
    const dot = `<circle cx="${left + 6}" cy="${height - 4}" r="4" fill="${colours[condition]}"/>`;
    return dot + text(left + 18, height, conditionNames[condition], 'start');
  });
  const axis = text((left + right) / 2, bottom + 38, 'nodes', 'middle');
  const note = text(right, bottom + 62, 'circle: median; bar: up to the worst', 'end');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 440" font-family="sans-serif" font-size="12">`,
    title,
    '<rect width="720" height="440" fill="#ffffff"/>',
    ...decades.map(gridLine),
    ...labels,
    axis,
    ...lines,
    ...legend,
    note,
    '</svg>\n',
  ].join('\n');
}

function gridLine(ms: number): string {
  const line = `<line x1="${left}" y1="${y(ms)}" x2="${right}" y2="${y(ms)}" stroke="#dddddd"/>`;
  const name = ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
  return line + text(left - 8, y(ms) + 4, name, 'end');
}

function lineOf(
  rows: readonly Convergence[],
  x: (nodes: number) => number,
  colour: string,
): string {
  const points = rows.map(({ nodes, medianMs }) => `${x(nodes)},${y(medianMs)}`).join(' ');
  const marks = rows.map(({ nodes, medianMs, worstMs }) => {
    const bar = `<line x1="${x(nodes)}" y1="${y(medianMs)}" x2="${x(nodes)}" y2="${y(worstMs)}" stroke="${colour}"/>`;
    const dot = `<circle cx="${x(nodes)}" cy="${y(medianMs)}" r="4" fill="${colour}"/>`;
    return bar + dot;
  });
  return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>${marks.join('')}`;
}

function text(x: number, at: number, says: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x}" y="${at}" text-anchor="${anchor}" fill="#222222">${says}</text>`;
}
