/**
 * Seeded randomness. A generator is a function of its seed alone; `mixed` is a function of its arguments
 * alone, so that a decision about one message does not move when another message is taken away.
 */

/** 32 well-mixed bits of four numbers (the finaliser of MurmurHash3, by Austin Appleby, public domain). */
export function mixed(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul((hash ^ (hash >>> 13)) + b, 0xc2b2ae35);
  hash = Math.imul((hash ^ (hash >>> 16)) + c, 0x85ebca6b);
  hash = Math.imul((hash ^ (hash >>> 13)) + d, 0xc2b2ae35);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** xoshiro128** (Blackman and Vigna, 2018), seeded through `mixed`. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** Whole numbers; generators of one seed and different streams have nothing to do with each other. */
  constructor(seed: number, stream: number = 0) {
    this.a = mixed(seed, stream, 1, 0);
    this.b = mixed(seed, stream, 2, 0);
    this.c = mixed(seed, stream, 3, 0);
    this.d = mixed(seed, stream, 4, 0) | 1;
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const result = Math.imul(rotated(Math.imul(this.b, 5), 7), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = rotated(this.d, 11);
    return result >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** Uniform whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** True with this probability, from 0 to 1. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Between two positive numbers, evenly over their orders of magnitude. */
  scaled(from: number, to: number): number {
    return from * (to / from) ** this.next();
  }

  /** Waiting time of a Poisson process with this mean. */
  wait(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
