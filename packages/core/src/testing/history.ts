/**
 * What happened, twice: as a hash of everything, always, and as lines to read, when asked for. Equal
 * hashes of two runs mean that they went through the same events at the same times.
 */

/** The history of one run. */
export class History {
  /** One line for each thing that happened, oldest first; empty unless the run is traced. */
  readonly lines: string[] = [];
  /** True when lines are kept. */
  readonly isTraced: boolean;
  private low = 0x811c9dc5;
  private high = 0x9747b28c;

  /** An empty history. */
  constructor(isTraced: boolean) {
    this.isTraced = isTraced;
  }

  /** Adds one event to the hash: its virtual time and two 32-bit numbers that say what it was. */
  add(atMs: number, what: number, detail: number): void {
    const time = Math.floor(atMs * 1024) | 0;
    this.low = Math.imul(this.low ^ time, 0x01000193) ^ what;
    this.high = Math.imul(this.high ^ detail ^ (this.low >>> 13), 0x85ebca6b);
    this.low = Math.imul(this.low ^ (this.high >>> 16), 0x01000193);
  }

  /** Adds a line; `text` is only made when the run is traced. */
  say(atMs: number, text: () => string): void {
    if (this.isTraced) this.lines.push(`${(atMs / 1000).toFixed(3).padStart(10)}s ${text()}`);
  }

  /** Hash of all events so far, 16 hex digits. */
  get hash(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.high) + hex(this.low);
  }
}

/** A small number for a text, for `History.add`. */
export function codeOf(text: string): number {
  let code = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    code = Math.imul(code ^ text.charCodeAt(at), 0x01000193);
  }
  return code >>> 0;
}
