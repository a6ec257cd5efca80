// IPv4 text to number and back. Accepts exactly four decimal octets without leading zeros, so every
// address has one text. Works on a range of the text, to read `10.0.0.1/24` and `::ffff:10.0.0.1` in place.

const ZERO = 48;
const DOT = 46;

/** The address as a number from 0 to 2^32 - 1, or undefined when `text[from, to)` is not a dotted quad. */
export function readIpv4(text: string, from = 0, to: number = text.length): number | undefined {
  let value = 0;
  let dots = 0;
  let octet = -1;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return undefined;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    } else {
      if (code !== DOT || octet < 0 || ++dots > 3) return undefined;
      value = value * 256 + octet;
      octet = -1;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : undefined;
}

/** Dotted quad of a number from 0 to 2^32 - 1. */
export function writeIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
