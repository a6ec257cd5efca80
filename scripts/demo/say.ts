// What the demo prints: headings with the time since its start, indented lines, tables.

const begun = performance.now();

export function heading(text: string): void {
  process.stdout.write(`\n\u2500\u2500 ${seconds(performance.now() - begun)}  ${text}\n`);
}

export function line(text: string): void {
  process.stdout.write(`   ${text.replaceAll('\n', '\n   ')}\n`);
}

/** Columns padded to one width each. */
export function columns(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  for (const row of rows) {
    line(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}

export function millis(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Whether colours are welcome. */
export const colour: boolean = process.stdout.isTTY === true && !process.env['NO_COLOR'];
