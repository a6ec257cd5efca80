/** Small helpers for text on a terminal. */

/** Backgrounds from the 256-colour palette that dark text can be read on. */
const palette = [114, 117, 180, 216, 183, 223, 152, 210, 150, 147, 222, 174];

/** Text on the colour of a legend index; without colour, or without an index, the text as it is. */
export function paint(text: string, index: number | undefined, colour: boolean): string {
  if (!colour || index === undefined) return text;
  return `\u001b[30;48;5;${palette[index % palette.length]}m${text}\u001b[0m`;
}

/** Columns padded to one width each; the last one is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, visibleLength(cell));
    });
  }
  return rows
    .map((row) =>
      `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd(),
    )
    .join('\n');
}

/** `1 block`, `2 blocks`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A number of addresses. Reports end at 2^53 - 1, where numbers of JSON stop being exact. */
export function amount(addresses: number): string {
  return addresses < Number.MAX_SAFE_INTEGER ? `${addresses}` : '2^53 or more';
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - visibleLength(cell));
}

function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape character
  return text.replaceAll(/\u001b\[[\d;]*m/g, '').length;
}
