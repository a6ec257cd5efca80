// Reading and writing the integers and byte strings of lib0, strictly: one encoding for each value.
// A reader never throws and never reads past its end: the first problem sticks, and all later reads give zeros.
import { concat } from '../crypto/index.ts';

const empty = new Uint8Array(0);

/** Reads from the front. Look at `problem` after a group of reads. */
export class ByteReader {
  problem: string | undefined;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.problem === undefined ? this.#bytes[this.#at] : 0;
    if (byte === undefined) return this.#fail('it ends too early');
    this.#at += 1;
    return byte;
  }

  /** A variable-length unsigned integer (7 bits a byte, low first), in its shortest form, at most `max`. */
  uint(max: number): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > max) return this.#fail('a number is too large');
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) return this.#fail('a number is longer than it needs to be');
        return value;
      }
      scale *= 128;
      if (scale > 2 ** 49) return this.#fail('a number is too large');
    }
  }

  /** A length and that many bytes, at most `max`; a view into what is read. */
  bytes(max: number): Uint8Array {
    const length = this.uint(max);
    const end = this.#at + length;
    if (this.problem === undefined && end > this.#bytes.length) this.#fail('it ends too early');
    if (this.problem !== undefined) return empty;
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** A length and that many printable ASCII characters, at most `max`. */
  ascii(max: number): string {
    const bytes = this.bytes(max);
    if (bytes.some((byte) => byte < 0x20 || byte > 0x7e)) this.#fail('a name is not plain ASCII');
    return this.problem === undefined ? String.fromCharCode(...bytes) : '';
  }

  #fail(problem: string): 0 {
    this.problem ??= problem;
    return 0;
  }
}

/** Collects what `ByteReader` reads. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];
  #small: number[] = [];

  byte(value: number): void {
    this.#small.push(value);
  }

  uint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#small.push(0x80 | (rest % 128));
      rest = Math.floor(rest / 128);
    }
    this.#small.push(rest);
  }

  bytes(value: Uint8Array): void {
    this.uint(value.length);
    this.#flush();
    this.#parts.push(value);
  }

  /** Printable ASCII only. */
  ascii(value: string): void {
    this.uint(value.length);
    for (let i = 0; i < value.length; i += 1) this.#small.push(value.charCodeAt(i));
  }

  /** Everything written, as one array. */
  finish(): Uint8Array {
    this.#flush();
    return concat(...this.#parts);
  }

  #flush(): void {
    this.#parts.push(Uint8Array.from(this.#small));
    this.#small = [];
  }
}
